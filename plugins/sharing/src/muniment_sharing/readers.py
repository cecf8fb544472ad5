"""What a request may see because somebody shared it: the labels of its reader, asked for anew each time.

Nothing of it is kept between requests, so that what was taken away is gone with the next one, in lists too.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import structlog
from flask import g, redirect
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import Actor, MunimentError, NotFound, PluginContext, labels_given, labels_given_blindly
from muniment_sharing.models import Link

if TYPE_CHECKING:
    from flask import Request, Response

    from muniment_sharing.service import SharingService

log = structlog.get_logger(__name__)

ARGUMENT: Final = "token"
#: Holds the tokens of the links that a browser has opened; ends with the browser.
COOKIE: Final = "muniment_links"
MOST_OPEN: Final = 5
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_PATH: Final = re.compile(r"(?:/api)?/(?:records|uploads)/([^/]+)")
#: Seconds between two looks whether somebody was invited.
_INVITED: Final = 60.0
_REMEMBERED: Final = 2048


class Readers:
    """Links and grants as labels."""

    def __init__(self, context: PluginContext, service: SharingService) -> None:
        self.context = context
        self.service = service
        self._looked: OrderedDict[int, float] = OrderedDict()

    def labels(self, actor: Actor, request: Request) -> list[str]:
        """What grants and links allow to whoever makes this request."""
        found: set[str] = set()
        if actor.subject is not None:
            self._accept_invitations(actor)
            for parent, permission in self.service.grants.of_reader(actor):
                found |= labels_given(parent, permission)
        tokens = tokens_of(request)
        if tokens:
            links = g.sharing_links = self.service.links.opened_by(tokens)
            for link in links:
                found |= labels_of(link, actor)
        return sorted(found)

    def guard(self, request: Request, actor: Actor) -> Response | None:
        """A link that does not open what it is used for answers 404. A page puts the token of one that does away from
        its address, so that it never stands in a history of pages, a log or a referrer."""
        path = _PATH.match(request.path)
        if path is None or ARGUMENT not in request.args:
            return None
        token = request.args.get(ARGUMENT, "")
        link = self.service.links.found_by(token)
        parent = self.context.repository.records.parent_number_of(path[1])
        reason = self.service.links.reason_against(link, parent)
        if reason:
            self._refuse(actor, path[1], reason, link)
            raise NotFound()
        if request.path.startswith("/api/") or request.method not in ("GET", "HEAD"):
            return None
        return self._without_token(request, token)

    def _without_token(self, request: Request, token: str) -> Response:
        rest = [pair for pair in request.args.items(multi=True) if pair[0] != ARGUMENT]
        answer: BaseResponse = redirect(request.path + (f"?{urlencode(rest)}" if rest else ""), 303)
        open_ones = [token, *(other for other in _in_cookie(request) if other != token)][:MOST_OPEN]
        secure = self.context.repository.config.site.url.startswith("https:")
        answer.set_cookie(COOKIE, ".".join(open_ones), path="/", secure=secure, httponly=True, samesite="Lax")
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer  # type: ignore[return-value]

    def _refuse(self, actor: Actor, number: str, reason: str, link: Link | None) -> None:
        """Audit entries tell which link of whom was refused."""
        parent = self.context.repository.records.parent_number_of(number)
        resource = f"parent:{'none' if parent is None else parent}"
        self.context.repository.audit.refused(
            "link.refused", resource, actor, reason=reason, link=link.id if link else None
        )

    def _accept_invitations(self, actor: Actor) -> None:
        assert actor.subject is not None
        if self.context.repository.read_only or not _is_due(self._looked, actor.subject, _INVITED):
            return
        try:
            self.service.invitations.accept(actor)
        except MunimentError as error:  # the database is busy: there is a next time
            self._looked.pop(actor.subject, None)
            log.info("sharing_invitations_wait", reason=type(error).__name__)

    def forget(self, subject: int) -> None:
        """Have the next request of somebody look for invitations."""
        self._looked.pop(subject, None)


def labels_of(link: Link, actor: Actor) -> frozenset[str]:
    """What a link allows. Nobody edits without an account: until they sign in they see what they could edit."""
    if link.blind:
        return labels_given_blindly(link.parent_id)
    level = "preview" if link.permission == "edit" and actor.subject is None else link.permission
    return labels_given(link.parent_id, level, listed=False)


def tokens_of(request: Request) -> list[str]:
    """The tokens of links that a request carries: of its address, where that is a record's, and of its cookie."""
    found = _in_cookie(request)
    if request.query_string and _PATH.match(request.path):
        token = request.args.get(ARGUMENT, "")
        if _TOKEN.fullmatch(token):
            found.insert(0, token)
    return found


def _in_cookie(request: Request) -> list[str]:
    value = request.cookies.get(COOKIE, "")
    return [token for token in value.split(".")[:MOST_OPEN] if _TOKEN.fullmatch(token)] if value else []


def _is_due(remembered: OrderedDict, key: object, seconds: float) -> bool:  # type: ignore[type-arg]
    now = time.monotonic()
    last = remembered.pop(key, None)
    remembered[key] = last if last is not None and now - last < seconds else now
    while len(remembered) > _REMEMBERED:
        remembered.popitem(last=False)
    return bool(remembered[key] == now)
