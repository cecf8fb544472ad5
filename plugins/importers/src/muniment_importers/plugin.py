"""The plugin: offers the three formats to `muniment records import`."""

from __future__ import annotations

from muniment.api import ImportFormat, PluginContext, implements
from muniment_importers import datacite, inveniordm, zenodo


class Plugin:
    """Offers InvenioRDM JSON, Zenodo JSON and DataCite JSON as import formats."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def register_import_formats(self) -> list[ImportFormat]:
        return [
            ImportFormat("zenodo", "Zenodo JSON", zenodo.detect, zenodo.read, order=10),
            ImportFormat("inveniordm", "InvenioRDM JSON", inveniordm.detect, inveniordm.read, order=20),
            ImportFormat("datacite", "DataCite JSON", datacite.detect, datacite.read, order=30),
        ]
