"""What a harvester asks, checked as strictly as the protocol wants it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from muniment_oaipmh.errors import BadArgument, BadVerb
from muniment_oaipmh.moments import first_second, is_day, last_second

#: For each verb the arguments that it needs, and those that it takes.
VERBS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "Identify": ((), ()),
    "ListMetadataFormats": ((), ("identifier",)),
    "ListSets": ((), ("resumptionToken",)),
    "GetRecord": (("identifier", "metadataPrefix"), ()),
    "ListIdentifiers": (("metadataPrefix",), ("from", "until", "set", "resumptionToken")),
    "ListRecords": (("metadataPrefix",), ("from", "until", "set", "resumptionToken")),
}
#: As the schema of the protocol has them.
PREFIX: Final = re.compile(r"[A-Za-z0-9\-_.!~*'()]+", re.ASCII)
SPEC: Final = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*", re.ASCII)
_NO_URI: Final = re.compile(r"[\s<>\"{}|\\^`\x00-\x20\x7f-\x9f\ufffd]")


@dataclass(frozen=True)
class Request:
    """A request that the protocol allows. `sent` is what is repeated in the answer."""

    verb: str
    sent: Mapping[str, str]

    @property
    def token(self) -> str | None:
        return self.sent.get("resumptionToken")

    @property
    def prefix(self) -> str:
        return self.sent.get("metadataPrefix", "")

    @property
    def identifier(self) -> str | None:
        return self.sent.get("identifier")

    @property
    def spec(self) -> str:
        return self.sent.get("set", "")

    @property
    def since(self) -> int | None:
        value = self.sent.get("from")
        return None if value is None else first_second(value)

    @property
    def until(self) -> int | None:
        value = self.sent.get("until")
        return None if value is None else last_second(value)


def read(pairs: Iterable[tuple[str, str]]) -> Request:
    """The request that these arguments make. Raises `BadVerb` and `BadArgument`."""
    given = list(pairs)
    verbs = [value for name, value in given if name == "verb"]
    if len(verbs) != 1:
        raise BadVerb("The request names no verb." if not verbs else "The request names more than one verb.")
    if verbs[0] not in VERBS:
        raise BadVerb(f"'{_short(verbs[0])}' is no verb of OAI-PMH. There are {', '.join(VERBS)}.")
    request = Request(verbs[0], dict(given))
    _check_names(request, [name for name, _ in given])
    _check_values(request)
    return request


def _check_names(request: Request, names: list[str]) -> None:
    needed, taken = VERBS[request.verb]
    for name in names:
        if name not in ("verb", *needed, *taken):
            raise BadArgument(f"{request.verb} takes no argument '{_short(name)}'.")
        if names.count(name) > 1:
            raise BadArgument(f"The argument '{name}' is given more than once.")
        if not request.sent[name]:
            raise BadArgument(f"The argument '{name}' is empty.")
    if request.token is not None:
        if len(names) > 2:
            raise BadArgument("With a resumptionToken there are no other arguments.")
        return
    for name in needed:
        if name not in names:
            raise BadArgument(f"{request.verb} needs the argument '{name}'.")


def _check_values(request: Request) -> None:
    if request.prefix and not PREFIX.fullmatch(request.prefix):
        raise BadArgument("The metadataPrefix has characters that no prefix has.")
    if request.spec and not SPEC.fullmatch(request.spec):
        raise BadArgument("The set has characters that no setSpec has.")
    if request.identifier and _NO_URI.search(request.identifier):
        raise BadArgument("The identifier has characters that no URI has.")
    if request.token and not PREFIX.fullmatch(request.token):
        return  # a foreign token, which is told where it is read
    _check_span(request)


def _check_span(request: Request) -> None:
    for name in ("from", "until"):
        value = request.sent.get(name)
        if value is None:
            continue
        try:
            first_second(value)
        except ValueError as error:
            raise BadArgument(f"'{name}' is no date like 2027-03-03 or 2027-03-03T10:20:30Z.") from error
    since, until = request.sent.get("from"), request.sent.get("until")
    if since is None or until is None:
        return
    if is_day(since) != is_day(until):
        raise BadArgument("'from' and 'until' must both be days, or both be moments.")
    if first_second(since) > last_second(until):
        raise BadArgument("'from' is later than 'until'.")


def _short(value: str) -> str:
    return value if len(value) <= 60 else value[:60] + "…"
