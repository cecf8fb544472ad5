"""Builds the Flask application of one generation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.middleware.proxy_fix import ProxyFix

from muniment.settings.config import Config
from muniment.web import lifecycle
from muniment.web.blueprints import CORE_OWNER, Mounting, core_blueprints, plugin_blueprints
from muniment.web.cors import Cors
from muniment.web.current import WebState, attach, state_of
from muniment.web.errors import register_error_handlers
from muniment.web.form_files import FormRequest
from muniment.web.hosts import Hosts
from muniment.web.negotiation import Representation, Representations
from muniment.web.rates import Rates
from muniment.web.routing import GrowingMap, LazyRule
from muniment.web.security import Headers
from muniment.web.shortcut import RecordShortcut
from muniment.web.transfers import Transfers

if TYPE_CHECKING:
    from muniment.repository import Repository

StartResponse = Callable[..., Any]

_SLASHES: Final = re.compile("/{2,}")
#: The largest metadata, of which a form percent-encodes every quotation mark.
_MAX_FORM_BYTES: Final = 4_000_000
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
    url_map_class = GrowingMap
    request_class = FormRequest
    session_interface = NoFlaskSession()

    def __init__(self, config: Config) -> None:
        super().__init__("muniment.web", static_folder=None, template_folder=None)
        self._headers = Headers(config)
        self._proxies = config.server.trusted_proxies
        self._entry: Any = None
        self.enter_by(super().wsgi_app)
        self.config.update(
            MAX_FORM_MEMORY_SIZE=_MAX_FORM_BYTES,
            MAX_FORM_PARTS=_MAX_FORM_PARTS,
            PROPAGATE_EXCEPTIONS=False,
        )
        self.url_map.strict_slashes = False
        self.url_map.merge_slashes = False
        self.url_map.redirect_defaults = False

    def enter_by(self, first: Any) -> None:
        """Let requests come in by `first`, behind the proxies that are trusted to tell who asks."""
        count = self._proxies
        self._entry = ProxyFix(first, x_for=count, x_proto=count, x_host=count) if count else first

    @property
    def ordinary(self) -> Any:
        """The way through Flask."""
        return super().wsgi_app

    def wsgi_app(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        environ["PATH_INFO"] = tolerant_path(environ.get("PATH_INFO", "/"))

        def guarded(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, [*headers, *self._headers.missing(environ, headers)], exc_info)

        answer: Iterable[bytes] = self._entry(environ, guarded)
        return answer

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view is a coroutine; Flask's own check costs as much as matching the route."""
        return func


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
    app = MunimentFlask(config)
    mounting = Mounting(app)
    origin = [config.files.origin] if config.files.origin else []
    hosts = Hosts(config.site.url, [*config.site.aliases, *origin])
    representations = _representations(repository)
    attach(
        app,
        WebState(
            repository=repository,
            hosts=hosts,
            representations=representations,
            transfers=_transfers(repository),
            rates=repository.resources.get("web.rates", lambda: Rates(config.rates)),
            cors=Cors(config),
            policies=mounting.policies,
            owners=mounting.owners,
        ),
    )
    register_error_handlers(app)
    lifecycle.install(app)
    _install_pages(app, repository)
    for owned in core_blueprints():
        mounting.mount(owned)
    for owned in plugin_blueprints(repository):
        mounting.mount(owned)
    rates = state_of(app).rates
    app.enter_by(RecordShortcut(repository, hosts, representations, rates, app.ordinary))
    return app


def _transfers(repository: Repository) -> Transfers:
    """The lane for bytes belongs to the process: transfers of an older generation count too."""
    threads = repository.config.server.threads
    return repository.resources.get("web.transfers", lambda: Transfers(threads))


def _representations(repository: Repository) -> Representations:
    from muniment.web.rest.representations import core_representations, format_representations

    found: list[Representation] = [
        *core_representations(),
        *repository.hooks.register_representations(),
        *format_representations(repository.exports.formats),
    ]
    return Representations(found, repository.config.records.json)


def _install_pages(app: Flask, repository: Repository) -> None:
    from muniment.web.ui import install

    install(app, repository)


__all__ = ["CORE_OWNER", "MunimentFlask", "create_app", "tolerant_path"]
