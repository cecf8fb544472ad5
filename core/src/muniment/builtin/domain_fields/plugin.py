"""The built-in plugin `domain-fields`."""

from __future__ import annotations

from muniment.builtin.domain_fields.publishing import IMPRINT, JOURNAL, MEETING, THESIS
from muniment.builtin.domain_fields.software import SOFTWARE_FIELDS
from muniment.hooks.meta import implements
from muniment.plugins.context import PluginContext
from muniment.records.schemas.fields import MetadataField

FIELDS: tuple[MetadataField, ...] = (JOURNAL, IMPRINT, THESIS, MEETING, *SOFTWARE_FIELDS)


class Plugin:
    """Offers the custom fields that InvenioRDM ships."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def register_metadata_fields(self) -> list[MetadataField]:
        return list(FIELDS)
