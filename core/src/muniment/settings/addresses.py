"""Which addresses mean this machine itself."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Whether a name or address means the machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def origin_problem(origin: str) -> str | None:
    """What is wrong with one entry of `server.cors_origins`, or None."""
    if origin == "*":
        return None
    parts = urlsplit(origin)
    whole = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme in ("http", "https") and parts.netloc and whole == origin and "@" not in parts.netloc:
        return None
    return f"'{origin}' must be '*' or the address of a site without a path, like https://app.example.org"


def alias_problem(alias: str) -> str | None:
    """What is wrong with one entry of `site.aliases`, or None."""
    parts = urlsplit(alias if "://" in alias else f"//{alias}")
    try:
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if (
        usable
        and not re.search(r"[\s@,*]", parts.netloc)
        and parts.path in ("", "/")
        and not parts.query + parts.fragment
    ):
        return None
    return f"'{alias}' must be the name of a host, like data.example.org, or an address without a path"
