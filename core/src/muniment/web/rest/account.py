"""`/api/login`, `/api/me`, `/api/sessions` and their kin: one's own account for pages that talk JSON.

Signing in here starts the same session cookie as the page does, so requests must come from a page of this site.
Programs use access tokens instead.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response

from muniment.errors import PermissionDenied
from muniment.users.public_view import user_document
from muniment.users.sessions import ActiveSession, Device
from muniment.web.access import access, session
from muniment.web.authentication import (
    current_session,
    end_session,
    network_address,
    renew_session,
    start_session,
    unfinished_session,
)
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.rest.answers import answer_json, no_content
from muniment.web.rest.bodies import read_object
from muniment.web.rest.document import PRETTYPRINT, document, json_body
from muniment.web.rest.user_schemas import (
    EMAIL_ONLY,
    LINK_TOKEN,
    MESSAGE,
    NEW_PASSWORD,
    PASSWORD_CHANGE,
    REGISTRATION,
    SESSION_PAGE,
    SIGN_IN,
    USER,
)
from muniment.web.rest.users import profile_of, subject_number

blueprint = Blueprint("own_account", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="api"),)

TAG: Final = "Account"


@blueprint.get("/me")
@access("authenticated")
@session("required")
@document("Read your own account", tag=TAG, query=(PRETTYPRINT,), answers={200: USER})
def me() -> Response:
    actor = the_actor()
    return answer_json(the_repository().users.public_profile(actor, actor.subject or 0))


@blueprint.post("/login")
@access("public")
@session("required")
@document(
    "Sign in",
    tag=TAG,
    description="For pages of this site; answers a session cookie. Programs use access tokens.",
    body=json_body(SIGN_IN),
    answers={200: USER},
    errors=(401, 429),
)
def sign_in() -> Response:
    data = read_object()
    users = the_repository().users
    user = users.authenticate(data.get("email"), data.get("password"), network_address())
    start_session(user, "password")
    if unfinished_session() is not None:
        raise PermissionDenied("This account needs a second step: sign in on the page /login.")
    return answer_json(user_document(users.actor_for_user(user), user, users.api_url))


@blueprint.post("/logout")
@access("public")
@session("required")
@document("Sign out", tag=TAG, answers={200: MESSAGE})
def sign_out() -> Response:
    end_session()
    return _said("User logged out.")


@blueprint.post("/register")
@access("public")
@session("required")
@document(
    "Sign up",
    tag=TAG,
    description="Answers the same whether the address has an account or not; what follows is mailed to it.",
    body=json_body(REGISTRATION),
    answers={200: MESSAGE},
    errors=(429,),
)
def register() -> Response:
    data = read_object()
    the_repository().users.register(data.get("email"), data.get("password"), profile_of(data), network_address())
    return _said("A message is on its way to the address. Open the link in it to confirm that the address is yours.")


@blueprint.post("/send-confirmation-email")
@access("public")
@session("required")
@document(
    "Have the confirmation mailed again", tag=TAG, body=json_body(EMAIL_ONLY), answers={200: MESSAGE}, errors=(429,)
)
def send_confirmation() -> Response:
    the_repository().users.send_confirmation(read_object().get("email"), network_address())
    return _said("If the address has an account that waits for confirmation, a link is on its way.")


@blueprint.post("/confirm-email")
@access("public")
@session("required")
@document("Confirm an address", tag=TAG, body=json_body(LINK_TOKEN), answers={200: MESSAGE})
def confirm() -> Response:
    user = the_repository().users.confirm(str(read_object().get("token", "")))
    waits = " The account waits for the approval of the operators." if user.waiting else ""
    return _said(f"Your email has been confirmed.{waits}")


@blueprint.post("/forgot-password")
@access("public")
@session("required")
@document(
    "Have a link to a new password mailed", tag=TAG, body=json_body(EMAIL_ONLY), answers={200: MESSAGE}, errors=(429,)
)
def forgot_password() -> Response:
    the_repository().users.forgot_password(read_object().get("email"), network_address())
    return _said("If the address has an account, a message with a link to set a new password is on its way.")


@blueprint.post("/reset-password")
@access("public")
@session("required")
@document("Set a password with a mailed link", tag=TAG, body=json_body(NEW_PASSWORD), answers={200: MESSAGE})
def reset_password() -> Response:
    data = read_object()
    the_repository().users.reset_password(str(data.get("token", "")), data.get("new_password"))
    return _said("You successfully reset your password.")


@blueprint.post("/change-password")
@access("authenticated")
@session("required")
@document("Change your password", tag=TAG, body=json_body(PASSWORD_CHANGE), answers={200: MESSAGE}, errors=(429,))
def change_password() -> Response:
    current = _own_session()
    data = read_object()
    the_repository().users.change_password(
        current.user.subject_id, data.get("password"), data.get("new_password"), network_address(), current.id
    )
    renew_session()
    return _said("You successfully changed your password.")


@blueprint.get("/sessions")
@access("authenticated")
@session("required")
@document("List the devices that are signed in", tag=TAG, query=(PRETTYPRINT,), answers={200: SESSION_PAGE})
def sessions() -> Response:
    current = _own_session()
    url = f"{the_repository().config.site.url}/api/sessions"
    devices = the_repository().sessions.devices(current.user.subject_id, current.id)
    hits = [_session_document(device, url) for device in devices]
    return answer_json({"hits": {"hits": hits, "total": len(hits)}, "links": {"self": url}})


@blueprint.delete("/sessions/<id>")
@access("authenticated")
@session("required")
@document("Sign out a device", tag=TAG, path={"id": "The number of a session."}, answers={204: None})
def end_device(id: str) -> Response:
    current = _own_session()
    the_repository().sessions.end_device(current.user.subject_id, subject_number(id))
    return no_content()


def _own_session() -> ActiveSession:
    """The session of the request; raises `PermissionDenied` for tokens, which may not change how one signs in."""
    current = current_session()
    if current is None:
        raise PermissionDenied("Sign in with a browser to change your account.")
    return current


def _session_document(device: Device, url: str) -> dict[str, Any]:
    return {
        "id": str(device.id),
        "current": device.current,
        "device": device.device,
        "ip": device.ip,
        "created": device.created.isoformat(),
        "last_activity": device.last_activity.isoformat(),
        "links": {"self": f"{url}/{device.id}"},
    }


def _said(message: str) -> Response:
    return answer_json({"message": message})
