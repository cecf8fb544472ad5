"""The built-in plugin `embedded-search`: the search backend ``embedded``, and the choice between all there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from marshmallow import Schema, fields, validate

from muniment.access.actor import SYSTEM
from muniment.hooks.meta import implements
from muniment.jobs.declarations import Job
from muniment.plugins.context import PluginContext
from muniment.search.backend_spec import EMBEDDED, SWITCH_JOB, SearchBackendSpec

if TYPE_CHECKING:
    from muniment.repository import Repository
    from muniment.search.embedded import EmbeddedBackend
    from muniment.search.query.field import FieldMap

_NAME = validate.Length(1, 60)


class Settings(Schema):
    """Which backend searches. `wanted` is one that is to be filled and then takes over."""

    #: The page on which they are changed: a backend is filled before it takes over.
    page = "control_index.index"

    backend = fields.String(
        load_default=None, validate=_NAME, metadata={"configures": "search.backend", "label": "Search backend"}
    )
    wanted = fields.String(load_default=None, validate=_NAME, metadata={"label": "Takes over when it is filled"})


class Plugin:
    """Offers the embedded index, and fills others before they take over."""

    Settings = Settings

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def register_search_backends(self) -> list[SearchBackendSpec]:
        memory = self.context.repository.config.search.memory_bytes

        def opened(folder: Path, known: Callable[[], FieldMap]) -> EmbeddedBackend:
            from muniment.search.embedded import EmbeddedBackend

            return EmbeddedBackend(folder, known, memory)

        return [SearchBackendSpec(EMBEDDED, "Embedded", opened)]

    @implements
    def register_jobs(self) -> list[Job]:
        title = "Fill the search backend that is wanted, and let it take over"
        return [Job(SWITCH_JOB, "50 * * * *", self._switch, title, timeout=timedelta(hours=12))]

    @implements
    def privacy_none(self) -> str:
        return "Keeps the name of a search backend; indexes are built from the database again."

    def _switch(self, repository: Repository) -> str:
        wanted = self.context.settings.wanted
        if not wanted:
            return "nothing to switch to"
        repository.search.switch(wanted, SYSTEM)
        return f"{wanted} searches"
