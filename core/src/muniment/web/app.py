"""Builds the Flask application of one generation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.middleware.proxy_fix import ProxyFix

from muniment.web import lifecycle
from muniment.web.blueprints import CORE_OWNER, Mounting, core_blueprints, plugin_blueprints
from muniment.web.current import WebState, attach
from muniment.web.errors import register_error_handlers
from muniment.web.hosts import Hosts
from muniment.web.negotiation import Representation, Representations
from muniment.web.routing import LazyRule
from muniment.web.security import Headers
from muniment.web.transfers import Transfers

if TYPE_CHECKING:
    from muniment.repository import Repository

StartResponse = Callable[..., Any]

_SLASHES: Final = re.compile("/{2,}")
_MAX_FORM_BYTES: Final = 2_000_000
_MAX_FORM_PARTS: Final = 1_000


class NoFlaskSession(SessionInterface):
    """Flask's signed cookie is not used: sessions are rows, resolved by `muniment.web.authentication`."""

    def open_session(self, _app: Flask, _request: Request) -> SessionMixin | None:
        return None

    def save_session(self, _app: Flask, _session: SessionMixin, _response: Response) -> None:
        return None


class MunimentFlask(Flask):
    """Flask with lazily compiled routes, no cookie session, and addresses as clients really send them."""

    url_rule_class = LazyRule
    session_interface = NoFlaskSession()

    def __init__(self, trusted_proxies: int) -> None:
        super().__init__("muniment.web", static_folder=None, template_folder=None)
        count = trusted_proxies
        plain: Any = super().wsgi_app
        self._entry = ProxyFix(plain, x_for=count, x_proto=count, x_host=count) if count else plain
        self.config.update(
            MAX_FORM_MEMORY_SIZE=_MAX_FORM_BYTES,
            MAX_FORM_PARTS=_MAX_FORM_PARTS,
            PROPAGATE_EXCEPTIONS=False,
        )
        self.url_map.strict_slashes = False
        self.url_map.merge_slashes = False
        self.url_map.redirect_defaults = False

    def wsgi_app(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        environ["PATH_INFO"] = tolerant_path(environ.get("PATH_INFO", "/"))
        answer: Iterable[bytes] = self._entry(environ, start_response)
        return answer


def tolerant_path(path: str) -> str:
    """The path without doubled slashes and, below /api, without slashes at its end; a redirect would cost clients
    the body of their POST. Identifiers in `/doi/...` may contain two slashes in a row and keep them."""
    path = "/" + path.lstrip("/")
    if not path.startswith("/doi/"):
        path = _SLASHES.sub("/", path)
    if path.startswith("/api/"):
        path = path.rstrip("/")
    return path


def create_app(repository: Repository) -> Flask:
    """The application of a repository's generation; immutable once returned.

    Raises `PluginFailure` when a plugin's blueprint or representation cannot be used, and `ConfigurationError` when
    the configuration asks for what is not there.
    """
    config = repository.config
    app = MunimentFlask(config.server.trusted_proxies)
    mounting = Mounting(app)
    attach(
        app,
        WebState(
            repository=repository,
            hosts=Hosts(
                config.site.url, [*config.site.aliases, *([config.files.origin] if config.files.origin else [])]
            ),
            representations=_representations(repository),
            transfers=_transfers(repository),
            policies=mounting.policies,
            owners=mounting.owners,
        ),
    )
    register_error_handlers(app)
    lifecycle.install(app, Headers(config))
    _install_pages(app, repository)
    for owned in core_blueprints():
        mounting.mount(owned)
    for owned in plugin_blueprints(repository):
        mounting.mount(owned)
    return app


def _transfers(repository: Repository) -> Transfers:
    """The lane for bytes belongs to the process: transfers of an older generation count too."""
    threads = repository.config.server.threads
    return repository.resources.get("web.transfers", lambda: Transfers(threads))


def _representations(repository: Repository) -> Representations:
    from muniment.web.rest.representations import core_representations

    found: list[Representation] = [*core_representations(), *repository.hooks.register_representations()]
    return Representations(found, repository.config.records.json)


def _install_pages(app: Flask, repository: Repository) -> None:
    from muniment.web.ui import install

    install(app, repository)


__all__ = ["CORE_OWNER", "MunimentFlask", "create_app", "tolerant_path"]
