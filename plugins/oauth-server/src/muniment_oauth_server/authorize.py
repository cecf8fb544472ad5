"""`/oauth/authorize`: a browser comes from an application, and its person says yes or no."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import (
    BlueprintSpec,
    InvalidRequest,
    access,
    account_page,
    current_session,
    policy_of_pages,
    session,
    the_actor,
    the_repository,
)
from muniment_oauth_server.addresses import origin_of
from muniment_oauth_server.scopes import opens_api, split

#: When a person was sent to sign in for a request: part of its address from then on, for so long.
ASKED: Final = "asked_at"
SIGNING_IN: Final = timedelta(minutes=30)

if TYPE_CHECKING:
    from authlib.oauth2 import OAuth2Error

    from muniment_oauth_server.service import OAuthServer


def pages(service: OAuthServer) -> BlueprintSpec:
    blueprint = Blueprint("oauth_server_authorize", __name__, url_prefix="/oauth", template_folder="templates")

    @blueprint.get("/authorize")
    @access("public")
    @session("required")
    def ask() -> BaseResponse:
        """The question; for an application that was allowed the same before, the answer at once."""
        return _Question(service).ask()

    @blueprint.post("/authorize")
    @access("authenticated")
    @session("required")
    def answer() -> BaseResponse:
        return _Question(service).answer(allowed=request.form.get("answer") == "allow")

    return BlueprintSpec(blueprint, "ui")


class _Question:
    """One request of an application. What is asked stands in the address; the form adds the answer alone."""

    def __init__(self, service: OAuthServer) -> None:
        self.service = service
        self.prompt = set(request.args.get("prompt", "").split())
        session_now = current_session()
        self.since = session_now.started if session_now is not None else None

    def ask(self) -> BaseResponse:
        from authlib.oauth2 import OAuth2Error

        try:
            grant = self._checked()
        except OAuth2Error as error:
            return self._refuse(error)
        silent = "none" in self.prompt
        if not self._is_signed_in() or not self._is_recent():
            return self._tell(grant, "login_required") if silent else self._sign_in()
        if self._was_allowed(grant):
            answer = self._create(grant, allowed=True)
            return answer if silent else self._hand_over(answer, grant)
        return self._tell(grant, "consent_required") if silent else self._page(grant)

    def answer(self, *, allowed: bool) -> BaseResponse:
        from authlib.oauth2 import OAuth2Error

        if self.since is None:
            raise InvalidRequest("Applications are allowed in a browser.")
        try:
            grant = self._checked()
        except OAuth2Error as error:
            return self._refuse(error)
        if allowed and not self._is_recent():
            return self._sign_in()
        return self._create(grant, allowed=allowed)

    def _checked(self) -> Any:
        """The request as Authlib has checked it: application, address, scopes and PKCE. Raises `OAuth2Error`."""
        from authlib.oauth2.rfc6749.errors import InvalidRequestError

        provider = self.service.provider
        grant = provider.get_consent_grant(end_user=the_actor() if the_actor().is_authenticated else None)
        if len(request.args.get("state", "")) > 2000:
            raise InvalidRequestError("A 'state' has at most 2000 characters.")
        return grant

    def _is_signed_in(self) -> bool:
        return self.since is not None and the_actor().is_authenticated

    def _is_recent(self) -> bool:
        """Whether the person signed in as lately as the application wants, or since it made this request.

        `ASKED` is not signed: whoever could forge it could as well leave out what it answers. An application that must
        be certain compares `auth_time` (OpenID Connect Core, 3.1.2.1).
        """
        if self.since is None:
            return False
        now, asked = self.service.repository.now(), _moment(request.args.get(ASKED, ""))
        if asked is not None and now - SIGNING_IN <= asked <= self.since:
            return True
        wanted = request.args.get("max_age", "")
        longest = int(wanted) if wanted.isdecimal() and len(wanted) < 10 else None
        return "login" not in self.prompt and (longest is None or (now - self.since).total_seconds() <= longest)

    def _sign_in(self) -> BaseResponse:
        """Let the person sign in, once more if they are signed in, and come back to this request."""
        asked = [pair for pair in request.args.items(multi=True) if pair[0] != ASKED]
        asked.append((ASKED, str(int(self.service.repository.now().timestamp()))))
        target = {"next": f"{request.path}?{urlencode(asked)}", **({"again": "1"} if self._is_signed_in() else {})}
        return redirect(f"/login?{urlencode(target, safe='/')}", 303)

    def _was_allowed(self, grant: Any) -> bool:
        """Whether the same was allowed before, to an application that can prove who it is (RFC 8252, 8.6)."""
        application, subject = grant.request.client.application, the_actor().subject
        if application.public or "consent" in self.prompt or subject is None:
            return False
        return self.service.authorizations.covers(subject, application, split(grant.request.scope))

    def _create(self, grant: Any, *, allowed: bool) -> BaseResponse:
        from muniment_oauth_server.provider import SignedInPerson

        person = SignedInPerson(the_actor(), self.since) if allowed else None
        answer: Response = self.service.provider.create_authorization_response(grant_user=person, grant=grant)
        return self._with_issuer(answer)

    def _with_issuer(self, answer: Response) -> Response:
        """Say who answers, so that no client takes this answer for that of another server (RFC 9207)."""
        from authlib.common.urls import add_params_to_uri

        if answer.location:
            answer.location = add_params_to_uri(answer.location, [("iss", self.service.issuer)])
            answer.status_code = 303
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    def _tell(self, grant: Any, error: str) -> BaseResponse:
        from authlib.common.urls import add_params_to_uri

        told = [("error", error), *([("state", request.args["state"])] if "state" in request.args else [])]
        return self._with_issuer(
            Response(status=303, headers={"Location": add_params_to_uri(grant.redirect_uri, told)})
        )

    def _refuse(self, error: OAuth2Error) -> BaseResponse:
        """Tell the application what is wrong, if its address is known to be its own; else the person alone."""
        if error.redirect_uri:
            return self._with_issuer(self.service.provider.handle_error_response(None, error))
        self.service.note_refusal(error.error, request.args.get("client_id", ""))
        told = render_template("oauth-server/refused.html", error=error.error, detail=error.description or "")
        return make_response(told, 400)

    def _hand_over(self, answer: BaseResponse, grant: Any) -> BaseResponse:
        """Go on to the application by a page of its own: browsers follow no redirect to other sites after a form, and
        the form was that of signing in."""
        page = make_response(
            render_template(
                "oauth-server/going_on.html", target=answer.headers["Location"], application=self._application(grant)
            )
        )
        page.headers["Referrer-Policy"] = "no-referrer"
        return page

    def _page(self, grant: Any) -> BaseResponse:
        asked = split(grant.request.scope)
        known = self.service.repository.tokens.scopes
        owner = self.service.repository.users.get(self._application(grant).owner_id)
        page = account_page(
            "oauth-server/consent.html",
            application=self._application(grant),
            owner=owner.display_name,
            scopes=[known[name] for name in asked],
            opens_api=opens_api(asked),
            target=origin_of(grant.redirect_uri),
            person=self.service.repository.users.get(the_actor().subject or 0),
            days=self.service.settings.days,
            action=request.full_path,
        )
        page.headers["Content-Security-Policy"] = policy_of_pages(
            the_repository().config, [origin_of(grant.redirect_uri)]
        )
        page.headers["Referrer-Policy"] = "no-referrer"
        return page

    def _application(self, grant: Any) -> Any:
        return grant.request.client.application


def _moment(text: str) -> datetime | None:
    """A time in seconds, as this site writes it into addresses."""
    return datetime.fromtimestamp(int(text), UTC) if text.isdecimal() and len(text) < 12 else None
