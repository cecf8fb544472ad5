"""Limits on requests and headers on answers that hold for every route."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from werkzeug.exceptions import BadRequest, RequestHeaderFieldsTooLarge, RequestURITooLarge

from muniment.settings.config import Config
from muniment.web.cors import Cors
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


def policy_of_pages(config: Config, form_targets: Iterable[str] = ()) -> str:
    """The content security policy of pages. `form_targets` are origins to which the answer to a form of this page may
    lead besides this site: browsers follow no other redirect after a form."""
    files = config.files.origin
    origin = f" {files}" if files else ""
    targets = "".join(f" {target}" for target in form_targets)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        f"img-src 'self' data:{origin}; media-src 'self'{origin}; connect-src 'self'{origin}; "
        f"frame-src 'self'{origin}; manifest-src 'self'; form-action 'self'{targets}; base-uri 'none'; "
        "object-src 'none'; frame-ancestors 'none'"
    )


class Headers:
    """The security headers of one site; computed once, added to each answer that does not have its own."""

    def __init__(self, config: Config) -> None:
        page_policy = policy_of_pages(config)
        common = [
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Permissions-Policy", _PERMISSIONS),
        ]
        if urlsplit(config.site.url).scheme == "https":
            common.append(("Strict-Transport-Security", _HSTS))
        secret = ("Referrer-Policy", "no-referrer")
        self._api = _named([*common, ("Content-Security-Policy", _API_POLICY), secret])
        self._secret_page = _named([*common, ("Content-Security-Policy", page_policy), secret])
        plain = ("Referrer-Policy", "strict-origin-when-cross-origin")
        self._page = _named([*common, ("Content-Security-Policy", page_policy), plain])
        self.cors = Cors(config)

    def missing(self, environ: Mapping[str, Any], headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """What an answer lacks; a view may set a stricter policy of its own (files do)."""
        own = {name.lower() for name, _ in headers}
        return [*(header for name, header in self._for(environ) if name not in own), *self.cors.headers(environ)]

    def _for(self, environ: Mapping[str, Any]) -> list[tuple[str, tuple[str, str]]]:
        if is_api(environ.get("PATH_INFO", "")):
            return self._api
        # An address that carries a secret must not travel on to the next site.
        return self._secret_page if "token=" in environ.get("QUERY_STRING", "") else self._page


def _named(headers: Iterable[tuple[str, str]]) -> list[tuple[str, tuple[str, str]]]:
    return [(header[0].lower(), header) for header in headers]
