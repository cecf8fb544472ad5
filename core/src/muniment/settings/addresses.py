"""Which addresses mean this machine itself."""

from __future__ import annotations

import ipaddress
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
