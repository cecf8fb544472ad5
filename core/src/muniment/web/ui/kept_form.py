"""What was typed when a form comes back: first to sign in with, then to send it once more.

What was sent travels within the pages, in the browser of whoever typed it: nothing of it is stored here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from flask import Response, current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from muniment.errors import MunimentError
from muniment.web.authentication import step_address, unfinished_session
from muniment.web.csrf import FORM_FIELD
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import NOT_KEPT, keeps
from muniment.web.local_path import local_path
from muniment.web.ui.account_forms import show

#: The fields of the sign-in form that carry the other one.
ADDRESS, FIELDS, WITHOUT = "kept_for", "kept", "kept_without"


@dataclass(frozen=True)
class KeptForm:
    """A form that was sent: where to, and its fields without the token and without secrets.

    `without` names what was sent and is not carried: ``files``, ``secrets``.
    """

    address: str
    fields: Sequence[tuple[str, str]]
    without: Sequence[str] = ()

    @property
    def packed(self) -> str:
        """The fields as one, since a form may only have so many."""
        return orjson.dumps(self.fields).decode()


def sent_along() -> bool:
    """Whether the sign-in form at hand carries another one."""
    return bool(_address()) and FIELDS in request.form


def form_comes_back(error: MunimentError | None = None) -> Response:
    """The page of a form that was sent without a session (403), or with the token of another one (200).

    Visitors sign in on it; `error` is why that failed. Those who are signed in press one button more: the token of
    that one is theirs.
    """
    signed_in = the_actor().is_authenticated
    users = the_repository().users
    unfinished = unfinished_session()
    return show(
        "account/kept_form.html",
        200 if signed_in else 403,
        error,
        kept=_kept(),
        step_href=step_address(unfinished, "/") if unfinished is not None else "",
        offers_passwords=users.offers_passwords,
        other_ways=[] if signed_in else other_ways("/me/uploads"),
    )


def other_ways(next_path: str, *, again: bool = False) -> list[dict[str, str]]:
    """The buttons of identity providers elsewhere, which lead to `next_path` afterwards.

    With `again` they are told that somebody signed in is to prove anew who it is.
    """
    anew = "1" if again else None
    return [
        {
            "title": provider.title,
            "href": url_for(provider.endpoint, next=next_path, again=anew),
            "icon": provider.icon,
        }
        for provider in the_repository().users.providers
        if provider.kind == "redirect"
    ]


def _kept() -> KeptForm:
    if sent_along():
        said = request.form.get(WITHOUT, "").split()
        without: list[str] = [word for word in ("files", "secrets") if word in said]
        return KeptForm(_address(), _unpacked(request.form[FIELDS]), without)
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != FORM_FIELD]
    secrets = {value for name, value in sent if name == NOT_KEPT}
    fields = [(name, "" if name in secrets else value) for name, value in sent]
    brought = ("do", "file-upload") in sent or any(file.filename for file in request.files.values())
    left = {"files": brought, "secrets": fields != sent}
    return KeptForm(request.path, fields, [word for word, is_left in left.items() if is_left])


def _address() -> str:
    """Where the other form goes: the path of a view that keeps its forms, else ""."""
    path = local_path(request.form.get(ADDRESS), "")
    adapter = current_app.create_url_adapter(request)
    if not path or adapter is None:
        return ""
    try:
        endpoint, _values = adapter.match(path, method="POST")
    except (HTTPException, RequestRedirect):
        return ""
    return path if keeps(endpoint) else ""


def _unpacked(text: str) -> list[tuple[str, str]]:
    """The pairs of names and texts; whatever is none is left out."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return []
    pairs = [pair for pair in found if isinstance(pair, list) and len(pair) == 2] if isinstance(found, list) else []
    return [(name, value) for name, value in pairs if isinstance(name, str) and isinstance(value, str)]
