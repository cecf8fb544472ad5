"""The plugin: the writer of answers, and formats with serializers of Invenio."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from muniment.api import ExportFormat, PluginContext, implements
from muniment_oaipmh_invenio import serializing

if TYPE_CHECKING:
    from muniment_oaipmh.api import Identity, MakeWriter, MetadataFormat, Writer


class Plugin:
    """Writes the answers to harvesters with Invenio-OAIServer."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def oaipmh_writer(self) -> MakeWriter:
        return _writer

    @implements
    def register_export_formats(self) -> list[ExportFormat]:
        return serializing.formats()


def _writer(identity: Identity, formats: Mapping[str, MetadataFormat], secret: Callable[[], str]) -> Writer:
    """Invenio takes seconds to load, so it is loaded for the first answer."""
    from muniment_oaipmh_invenio.writing import InvenioWriter

    return InvenioWriter(identity, formats, secret)
