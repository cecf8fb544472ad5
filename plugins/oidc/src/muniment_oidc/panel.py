"""The page of the control panel: the providers, when somebody came by them last, and whether they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from flask import Blueprint
from werkzeug.wrappers import Response

from muniment.api import BlueprintSpec, access, control_page, session
from muniment_oidc.providers import Provider
from muniment_oidc.refusals import Refused
from muniment_oidc.service import SIGNED_IN, SignIns

if TYPE_CHECKING:
    from muniment_oidc.plugin import Plugin

ADMINISTRATION: Final = "administration"
#: So many of the newest entries of the audit trail are looked at for each provider.
_LOOKED_AT: Final = 100


@dataclass(frozen=True)
class ProviderState:
    """How it is with a provider; `callback` is the address that it sends people back to.

    `keys` and `problem` are known once it was asked: how many keys for signatures it publishes, None for one without
    OpenID Connect; or what is wrong.
    """

    provider: Provider
    callback: str
    last_sign_in: datetime | None
    last_refusal: datetime | None
    reason: str
    asked: bool = False
    keys: int | None = None
    problem: str = ""


def control_pages(plugin: Plugin) -> BlueprintSpec:
    blueprint = Blueprint("control_oidc", __name__, url_prefix="/control/oidc", template_folder="templates")

    @blueprint.get("")
    @access(ADMINISTRATION)
    @session("required")
    def providers() -> Response:
        return _page(plugin, {})

    @blueprint.post("/check")
    @access(ADMINISTRATION)
    @session("required")
    def check() -> Response:
        """Ask all of them now. Nothing is changed by it, so that the answer is the page itself."""
        from muniment_oidc.directory import Directory  # a new one: what an older one keeps says nothing of now

        directory = Directory(plugin.context.repository.outgoing, internal=plugin.context.settings.internal)
        found: dict[str, tuple[int | None, str]] = {}
        for provider in plugin.providers:
            try:
                description = directory.description(provider)
                published = directory.keys(description).get("keys") if description.keys_url else None
                found[provider.name] = (len(published) if isinstance(published, list) else None, "")
            except Refused as error:
                found[provider.name] = (None, error.detail or error.reason)
        return _page(plugin, found)

    return BlueprintSpec(blueprint, "ui")


def _page(plugin: Plugin, asked: Mapping[str, tuple[int | None, str]]) -> Response:
    states = []
    for provider in plugin.providers:
        keys, problem = asked.get(provider.name, (None, ""))
        signed_in, refused, reason = _last(plugin.sign_ins, provider)
        callback = f"{plugin.context.repository.config.site.url}/oidc/{provider.name}/callback"
        states.append(
            ProviderState(provider, callback, signed_in, refused, reason, provider.name in asked, keys, problem)
        )
    return control_page("oidc/control.html", states=states)


def _last(sign_ins: SignIns, provider: Provider) -> tuple[datetime | None, datetime | None, str]:
    """When somebody was signed in last, and refused last and why, as far as the newest entries tell."""
    entries = sign_ins.repository.audit.entries(f"oidc:{provider.name}", _LOOKED_AT)
    signed_in = next((entry.at for entry in entries if entry.action == SIGNED_IN), None)
    refused = next((entry for entry in entries if entry.action != SIGNED_IN), None)
    if refused is None:
        return signed_in, None, ""
    told = [str(refused.details.get(name) or "") for name in ("reason", "detail")]
    return signed_in, refused.at, ": ".join(filter(None, told))
