"""Pages of the settings: one's own applications, and those one has allowed something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import (
    BlueprintSpec,
    MunimentError,
    NotFound,
    ValidationFailed,
    access,
    keeps_form,
    session,
    session_owner,
    settings_page,
    the_actor,
)
from muniment_oauth_server.applications import ApplicationForm, Registered
from muniment_oauth_server.scopes import opens_api

if TYPE_CHECKING:
    from muniment_oauth_server.models import Application
    from muniment_oauth_server.service import OAuthServer

_NUMBER: Final = "<number>"


def pages(service: OAuthServer) -> list[BlueprintSpec]:
    return [BlueprintSpec(_developer_pages(service), "ui"), BlueprintSpec(_consent_pages(service), "ui")]


def _consent_pages(service: OAuthServer) -> Blueprint:
    blueprint = Blueprint(
        "oauth_server_authorizations", __name__, url_prefix="/account/settings/applications/authorized"
    )

    @blueprint.get("")
    @access("authenticated")
    @session("required")
    def allowed() -> Response:
        user = session_owner()
        known = service.repository.tokens.scopes
        found = service.authorizations.of(user.subject_id)
        told = [(one, [known[name] for name in one.scopes if name in known], opens_api(one.scopes)) for one in found]
        return settings_page("oauth-server/authorized.html", user=user, allowed=told)

    @blueprint.post(f"/{_NUMBER}/revoke")
    @access("authenticated")
    @session("required")
    def revoke(number: str) -> BaseResponse:
        service.authorizations.revoke(the_actor(), _whole(number))
        return redirect(url_for("oauth_server_authorizations.allowed", done="application-revoked"), 303)

    return blueprint


def _developer_pages(service: OAuthServer) -> Blueprint:
    blueprint = Blueprint(
        "oauth_server_applications",
        __name__,
        url_prefix="/account/settings/applications/clients",
        template_folder="templates",
    )

    @blueprint.get("")
    @access("authenticated")
    @session("required")
    def applications() -> Response:
        user = session_owner()
        return settings_page("oauth-server/applications.html", user=user, own=service.applications.of(user.subject_id))

    @blueprint.get("/new")
    @access("authenticated")
    @session("required")
    def new() -> Response:
        return settings_page("oauth-server/new.html", user=session_owner(), given=ApplicationForm(), kind="")

    @blueprint.post("/new")
    @access("authenticated")
    @session("required")
    @keeps_form
    def create() -> Response:
        """Register it and show the secret, this once: it is on no other page and in no address."""
        user, form, kind = session_owner(), _sent(), request.form.get("kind", "")
        try:
            made = service.applications.create(the_actor(), form, public=kind == "public")
        except ValidationFailed as error:
            return settings_page("oauth-server/new.html", error, user=user, given=form, kind=kind)
        return _show(made)

    @blueprint.get(f"/{_NUMBER}")
    @access("authenticated")
    @session("required")
    def application(number: str) -> Response:
        return _show(Registered(_own(number)))

    @blueprint.post(f"/{_NUMBER}")
    @access("authenticated")
    @session("required")
    @keeps_form
    def change(number: str) -> BaseResponse:
        own, form = _own(number), _sent()
        try:
            service.applications.change(the_actor(), own.id, form)
        except ValidationFailed as error:
            return _show(Registered(own), error, form)
        return redirect(url_for("oauth_server_applications.application", number=number, done="saved"), 303)

    @blueprint.post(f"/{_NUMBER}/secret")
    @access("authenticated")
    @session("required")
    def secret(number: str) -> Response:
        return _show(service.applications.renew_secret(the_actor(), _own(number).id))

    @blueprint.get(f"/{_NUMBER}/remove")
    @access("authenticated")
    @session("required")
    def confirm_removal(number: str) -> Response:
        own = _own(number)
        return settings_page("oauth-server/remove.html", user=session_owner(), application=own)

    @blueprint.post(f"/{_NUMBER}/remove")
    @access("authenticated")
    @session("required")
    def remove(number: str) -> BaseResponse:
        service.applications.remove(the_actor(), _own(number).id)
        return redirect(url_for("oauth_server_applications.applications", done="application-removed"), 303)

    def _own(number: str) -> Application:
        return service.applications.get(session_owner().subject_id, _whole(number))

    def _show(shown: Registered, error: MunimentError | None = None, form: ApplicationForm | None = None) -> Response:
        stored = shown.application
        given = form or ApplicationForm(
            stored.name, stored.description, stored.website, "\n".join(stored.redirect_uris)
        )
        return settings_page(
            "oauth-server/application.html",
            error,
            user=session_owner(),
            application=stored,
            given=given,
            secret=shown.secret,
            issuer=service.issuer,
        )

    return blueprint


def _sent() -> ApplicationForm:
    return ApplicationForm(
        *(request.form.get(name, "").replace("\0", "") for name in ("name", "description", "website", "redirect_uris"))
    )


def _whole(number: str) -> int:
    """The number in an address; what is none is nobody's."""
    if not number.isdecimal() or len(number) > 18:
        raise NotFound("There is no such application.")
    return int(number)
