"""Where to go next: only to a path of this site, read the way browsers read addresses.

Redirects to what a link says are how people are led to look-alike pages (CVE-2023-49438, CVE-2021-32618); a
scheme in them runs scripts (CVE-2024-45399).
"""

from __future__ import annotations

import re
from urllib.parse import quote

_LONGEST = 4000  # characters; a search with many filters fits

#: Printable ASCII without the characters that browsers drop (tab, newline), turn into `/` (backslash) or that
#: have no place in an address unencoded. Anything else arrives percent-encoded.
_LOCAL_PATH = re.compile(r"/(?:[!#-;=?-\[\]_a-z~][!#-;=?-\[\]_a-z~]*)?")


def local_path(value: str | None, default: str = "/") -> str:
    """`value` if it is a path on this site that is safe to redirect to, else `default`.

    >>> local_path("/records/12?page=2")
    '/records/12?page=2'
    >>> local_path("//evil.example/")
    '/'
    """
    if not value or len(value) > _LONGEST:
        return default
    path = _encoded(value)
    if _LOCAL_PATH.fullmatch(path) is None:
        return default
    return default if _leaves_the_site(path) else path


def _encoded(path: str) -> str:
    """Letters of other scripts as a browser sends them; everything else stays as it is, to be judged."""
    return "".join(
        character if character.isascii() else quote(character, safe="", errors="replace") for character in path
    )


def _leaves_the_site(path: str) -> bool:
    """Whether a browser, or a proxy that decodes first, could see a host or a step upwards in the path."""
    plain = re.sub(r"%(2f|5c|09|0a|0d|00)", "/", path.split("?", 1)[0].split("#", 1)[0], flags=re.IGNORECASE)
    return plain.startswith("//") or "/../" in f"{plain}/" or "/./" in f"{plain}/"
