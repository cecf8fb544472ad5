"""Where applications of successive generations come from: repositories of one instance, each with its Flask app."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.test import EnvironBuilder, run_wsgi_app

from muniment.errors import MunimentError
from muniment.hooks.caller import PluginFailure
from muniment.plugins.state import read_generation
from muniment.web.app import create_app

if TYPE_CHECKING:
    from flask import Flask

    from muniment.repository import Repository

log = structlog.get_logger(__name__)

WARMING: Final = "/healthz"


class GenerationRefused(RuntimeError):
    """The new generation lacks a plugin that was just switched on; the one that serves goes on."""


class RepositoryGenerations:
    """Builds the application of the newest generation, each from the successor of the one before.

    `seen` is called with the generation that serves and the oldest one in flight whenever the process looked;
    `taken` with the repository of each generation that is going to serve, `refused` with the failures of one that is
    not.
    """

    def __init__(
        self,
        repository: Repository,
        *,
        seen: Callable[[int, int], None] | None = None,
        taken: Callable[[Repository], None] | None = None,
        refused: Callable[[Mapping[str, str]], None] | None = None,
    ) -> None:
        self.repository = repository
        self._built = False
        self._seen = seen
        self._taken = taken
        self._refused = refused

    def newest(self) -> int:
        return read_generation(self.repository.database)

    def seen(self, serving: int, oldest: int) -> None:
        if self._seen is not None:
            self._seen(serving, oldest)

    def build(self) -> tuple[int, Any]:
        """The newest generation's number and application, warmed.

        The first one takes what the repository has, plugins that failed left out. A later one is refused when a plugin
        fails that did not fail before: it stays off and its error is kept for the operator.
        """
        first = not self._built
        repository = self.repository if first else self.repository.successor()
        while True:
            if not first:
                self._refuse_new_failures(repository)
            try:
                app = open_app(repository)
            except PluginFailure as failure:
                repository = without(repository, failure)
                continue
            if self._taken is not None:
                self._taken(repository)
            self._remember_errors(repository, first)
            self.repository, self._built = repository, True
            return repository.generation.number, app.wsgi_app

    def _refuse_new_failures(self, successor: Repository) -> None:
        before = self.repository.generation.failures
        fresh = [name for name in successor.generation.failures if name not in before]
        if fresh:
            if self._refused is not None:
                self._refused({name: successor.generation.failures[name] for name in fresh})
            self._remember_errors(successor, first=False)
            raise GenerationRefused(f"these plugins failed and stay off: {', '.join(sorted(fresh))}")

    def _remember_errors(self, repository: Repository, first: bool) -> None:
        """Keep for operators what failed in this process, which may be the only one in which it does."""
        generation = repository.generation
        known = {} if first else self.repository.generation.failures
        try:
            for name, reason in generation.failures.items():
                if name not in known:
                    repository.plugins.record_error(name, reason)
            if first:
                repository.plugins.forget_errors(generation.names)
        except (MunimentError, SQLAlchemyError):
            log.exception("plugin_errors_not_kept")


def without(repository: Repository, failure: PluginFailure) -> Repository:
    """The same generation without a plugin whose routes or representations cannot be used.

    Raises the failure again when the core cannot do without that plugin.
    """
    generation = repository.generation
    if any(plugin.installed.manifest.essential for plugin in generation.plugins if plugin.name == failure.plugin):
        raise failure
    log.error("plugin_left_out", plugin=failure.plugin, hook=failure.hook, error=str(failure.cause))
    reason = "".join(traceback.format_exception(failure.cause, limit=-8)).strip()
    return repository.successor({**generation.failures, failure.plugin: reason}, repository.stored)


def open_app(repository: Repository) -> Flask:
    """The application of a repository's generation, after its first request: routes and templates are compiled then,
    and a generation that cannot answer is not served."""
    app = create_app(repository)
    builder = EnvironBuilder(path=WARMING, base_url=repository.config.site.url)
    try:
        environ = builder.get_environ()
    finally:
        builder.close()
    _, status, _ = run_wsgi_app(app.wsgi_app, environ, buffered=True)
    if not status.startswith("200"):
        raise MunimentError(f"the new application answered its first request with {status}")
    return app
