"""To which addresses answers may be sent: registered by the developer, compared exactly.

Everything that a browser or a phone would read as another place than what is written is refused when it is registered,
so that comparing texts is enough later (RFC 9700, 2.1).
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
LOCAL_NAMES: Final = LOOPBACK | {"localhost"}
_LONGEST: Final = 500
#: Printable ASCII without blanks, quotes, `<`, `>`, backslash, `#`, `*`.
_PLAIN: Final = re.compile(r"[!$-);+-;=?-\[\]_a-z~]+", re.ASCII)
#: A scheme of an app's own, the reverse of a domain name (RFC 8252, 7.1).
_OWN_SCHEME: Final = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")


def problem_with(address: str, *, public: bool) -> str:
    """What is wrong with an address that a developer wants to register; "" when nothing is."""
    if len(address) > _LONGEST:
        return f"An address has at most {_LONGEST} characters."
    parts = _split(address)
    if parts is None or _PLAIN.fullmatch(address) is None or "@" in parts.netloc:
        return "This is not an address that can be compared: no blanks, fragments, wildcards, names or passwords."
    if parts.scheme == "https" and parts.hostname:
        return ""
    if parts.scheme == "http":
        return "" if parts.hostname in LOCAL_NAMES else "Only https, or http on the person's own machine (127.0.0.1)."
    if _OWN_SCHEME.fullmatch(parts.scheme) and not parts.netloc:
        return "" if public else "A scheme of its own is for public applications only."
    return "Only https addresses, and for apps http://127.0.0.1/… or a scheme like org.example.app:/…"


def is_registered(asked: str, registered: list[str]) -> bool:
    """Whether `asked` is one of the registered addresses, character by character.

    Apps on a person's own machine listen on whichever port is free: there the port is left out (RFC 8252, 7.3).
    """
    return asked in registered or any(_same_but_port(asked, address) for address in registered)


def origin_of(address: str) -> str:
    """What a content security policy calls the place of an address: scheme and host, or the scheme of an app."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"


def _same_but_port(asked: str, registered: str) -> bool:
    mine, theirs = _split(registered), _split(asked)
    if mine is None or theirs is None or mine.scheme != "http" or mine.hostname not in LOOPBACK:
        return False
    if _PLAIN.fullmatch(asked) is None or "@" in theirs.netloc or theirs.hostname != mine.hostname:
        return False
    return (theirs.scheme, theirs.path, theirs.query) == (mine.scheme, mine.path, mine.query)


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return None
    return parts
