"""The page of the settings where people see, link and unlink their identities elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from muniment.api import (
    BlueprintSpec,
    Conflict,
    MunimentError,
    PermissionDenied,
    Problem,
    ValidationFailed,
    access,
    current_session,
    session,
    settings_page,
    the_actor,
)

if TYPE_CHECKING:
    from muniment_oidc.plugin import Plugin


@dataclass(frozen=True)
class LinkedAccount:
    """An identity as its owner sees it; `address` is its public page, `title` that of its provider,
    `settings` the endpoint of a page about it."""

    title: str
    icon: str
    issuer: str
    subject: str
    address: str
    offered: bool
    settings: str = ""


def linked_pages(plugin: Plugin) -> BlueprintSpec:
    """One page, and the button on it."""
    blueprint = Blueprint("oidc_linked", __name__, url_prefix="/account/settings/linked")

    @blueprint.get("")
    @access("authenticated")
    @session("required")
    def linked() -> Response:
        return _page(plugin)

    @blueprint.post("")
    @access("authenticated")
    @session("required")
    def unlink() -> Response:
        _require_browser()
        try:
            plugin.sign_ins.unlink(the_actor(), request.form.get("issuer", ""), request.form.get("subject", ""))
        except Conflict as error:
            return _page(plugin, ValidationFailed(errors=[Problem("", error.message)]))
        return redirect(url_for("oidc_linked.linked", done="unlinked"), 303)

    return BlueprintSpec(blueprint, "ui")


def _page(plugin: Plugin, error: MunimentError | None = None) -> Response:
    number = _require_browser()
    accounts = [_account(plugin, *pair) for pair in plugin.sign_ins.repository.users.identities_of(number)]
    issuers = {account.issuer for account in accounts}
    return settings_page(
        "oidc/linked.html",
        error,
        accounts=accounts,
        providers=[provider for provider in plugin.providers if provider.issuer not in issuers],
        here=url_for("oidc_linked.linked", done="linked"),
    )


def _account(plugin: Plugin, issuer: str, subject: str) -> LinkedAccount:
    provider = plugin.providers.of_issuer(issuer)
    if provider is None:
        return LinkedAccount(issuer, "link", issuer, subject, "", False)
    address = provider.address_of(subject)
    return LinkedAccount(str(provider.title), provider.icon, issuer, subject, address, True, provider.settings)


def _require_browser() -> int:
    """Whose page it is; tokens may not change how one signs in."""
    opened = current_session()
    if opened is None:
        raise PermissionDenied("Sign in with a browser to change your account.")
    return opened.user.subject_id
