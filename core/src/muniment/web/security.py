"""Limits on requests and headers on answers that hold for every route."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Response, request
from werkzeug.exceptions import BadRequest, RequestHeaderFieldsTooLarge, RequestURITooLarge

from muniment.settings.config import Config
from muniment.web.errors import is_api
from muniment.web.hosts import Hosts

MAX_ADDRESS: Final = 8 * 1024  # bytes of path and query
MAX_HEADERS: Final = 32 * 1024  # bytes of all names and values
MAX_BODY: Final = 10_000_000  # bytes, forms and JSON; views that carry files lift it

_HSTS: Final = "max-age=31536000"
_API_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
_PERMISSIONS: Final = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def check_request(environ: Mapping[str, Any], hosts: Hosts) -> None:
    """Refuse what no honest client sends; raises a Werkzeug exception with the proper status.

    The health routes answer under every name, since load balancers ask by address.
    """
    address = environ.get("PATH_INFO", "")
    if len(address) + len(environ.get("QUERY_STRING", "")) > MAX_ADDRESS:
        raise RequestURITooLarge()
    if "\x00" in address:
        raise BadRequest("The path of the request contains a NUL character.")
    if _header_bytes(environ) > MAX_HEADERS:
        raise RequestHeaderFieldsTooLarge(f"The request headers may have {MAX_HEADERS} bytes in all.")
    if address in ("/healthz", "/readyz"):
        return
    forwarded = environ.get("HTTP_X_FORWARDED_HOST")
    for host in (environ.get("HTTP_HOST"), *(forwarded.split(",") if forwarded else ())):
        if not hosts.accepts(host.strip() if host else None):
            raise BadRequest("This site does not answer to that host name. Use the address in site.url.")


def _header_bytes(environ: Mapping[str, Any]) -> int:
    return sum(len(name) + len(value) for name, value in environ.items() if name.startswith("HTTP_"))


class Headers:
    """The security headers of one site; computed once, set on each answer that does not have its own."""

    def __init__(self, config: Config) -> None:
        self._hsts = urlsplit(config.site.url).scheme == "https"
        files = config.files.origin
        origin = f" {files}" if files else ""
        self._page_policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
            f"img-src 'self' data:{origin}; media-src 'self'{origin}; connect-src 'self'{origin}; "
            f"frame-src 'self'{origin}; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
            "object-src 'none'; frame-ancestors 'none'"
        )

    def apply(self, response: Response) -> None:
        """Add to an answer what it lacks; a view may set a stricter policy of its own (files do)."""
        headers = response.headers
        api = is_api(request.path)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Content-Security-Policy", _API_POLICY if api else self._page_policy)
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", self._referrer_policy(api))
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", _PERMISSIONS)
        if self._hsts:
            headers.setdefault("Strict-Transport-Security", _HSTS)

    @staticmethod
    def _referrer_policy(api: bool) -> str:
        # An address that carries a secret must not travel on to the next site.
        secret = api or "token" in request.args or "access_token" in request.args
        return "no-referrer" if secret else "strict-origin-when-cross-origin"
