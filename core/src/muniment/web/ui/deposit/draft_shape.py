"""The whole form: metadata, custom fields, access, files and identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _

from muniment.identifiers import IdentifierSchemes
from muniment.records.parts import RecordPart
from muniment.records.schemas.fields import MetadataField
from muniment.web.ui.deposit.field_shapes import FieldShapes
from muniment.web.ui.deposit.metadata_shape import metadata_shape
from muniment.web.ui.deposit.part_values import part_path
from muniment.web.ui.deposit.shape import (
    AccessNode,
    ExternalIdentifierNode,
    ObjectNode,
    SwitchNode,
    TextNode,
    ValuesNode,
)


def draft_shape(
    schemes: IdentifierSchemes,
    fields: Iterable[MetadataField],
    sizes: Mapping[str, int],
    parts: Iterable[RecordPart] = (),
) -> ObjectNode:
    """The shape of the form in one generation; labels of custom fields are in the language of the request. `parts` are
    those that plugins own."""
    return ObjectNode(
        of_plugins=tuple(part_path(part) for part in parts if part.load is not None),
        fields={
            "metadata": metadata_shape(schemes),
            "custom_fields": FieldShapes(schemes, sizes).shape(fields),
            "access": AccessNode(label=_("Who may see it")),
            "files": ObjectNode(
                fields={
                    "enabled": SwitchNode(label=_("Files")),
                    "default_preview": TextNode(label=_("File that is shown first")),
                    "order": ValuesNode(label=_("Order of files")),
                }
            ),
            "pids": ExternalIdentifierNode(label=_("DOI")),
        },
    )
