"""The plugin: what it offers to the core's hooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from muniment.api import PluginContext, Problem, SearchBackendSpec, implements
from muniment_elasticsearch.settings import Settings as ClusterSettings
from muniment_elasticsearch.settings import key_of

if TYPE_CHECKING:
    from muniment.api import search_port as port
    from muniment_elasticsearch.backend import ClusterBackend

NAME = "elasticsearch"
_TITLES = {"opensearch": "OpenSearch", "elasticsearch": "Elasticsearch"}


class Plugin:
    """Searches on a cluster of Elasticsearch or OpenSearch."""

    Settings = ClusterSettings

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def register_search_backends(self) -> list[SearchBackendSpec]:
        settings: SimpleNamespace = self.context.settings

        def opened(folder: Path, fields: Callable[[], port.FieldMap]) -> ClusterBackend:
            from muniment_elasticsearch.backend import ClusterBackend  # brings the clients, which most commands spare

            return ClusterBackend(folder, fields, settings)

        return [SearchBackendSpec(NAME, _TITLES[settings.flavour], opened, key_of(settings))]

    @implements
    def check_settings(self, settings: SimpleNamespace) -> list[Problem]:
        from muniment_elasticsearch.checking import check_cluster

        return check_cluster(settings)

    @implements
    def privacy_none(self) -> str:
        return "Indexes of records, which are built from the database again."
