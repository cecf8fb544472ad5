"""The nodes of custom fields, made from how plugins declare them: a new field has a control by being registered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from marshmallow import fields

from muniment.identifiers import IdentifierSchemes
from muniment.records.schemas.dates import EDTFDate
from muniment.records.schemas.fields import MetadataField
from muniment.records.schemas.html import HTMLText
from muniment.records.schemas.identifiers import IdentifierPart
from muniment.records.schemas.localized import LocalizedText
from muniment.records.schemas.parts import ListOf, ObjectOf
from muniment.records.schemas.relations import WebAddress
from muniment.records.schemas.terms import TermField
from muniment.records.schemas.text import Text
from muniment.web.ui.custom_fields_view import field_label
from muniment.web.ui.deposit.metadata_shape import EDTF_HINT, identifier_node
from muniment.web.ui.deposit.shape import (
    ChipsNode,
    FlagNode,
    KeptNode,
    ListNode,
    LocalizedNode,
    Node,
    NumberNode,
    ObjectNode,
    TermNode,
    TextNode,
)

#: Vocabularies of more terms are searched, shorter ones are a list.
LONG = 60


class FieldShapes:
    """Makes nodes for one generation. `sizes` tells how many terms each vocabulary has."""

    def __init__(self, schemes: IdentifierSchemes, sizes: Mapping[str, int]) -> None:
        self.schemes = schemes
        self.sizes = sizes

    def shape(self, custom_fields: Iterable[MetadataField]) -> ObjectNode:
        """The node of `custom_fields`."""
        return ObjectNode(fields={item.name: self.node(item) for item in custom_fields})

    def node(self, item: MetadataField) -> Node:
        """The node of one field. A value of a type that is not known here is carried along untouched."""
        vocabularies = {use.path: use.vocabulary for use in item.vocabularies}
        labels = {name: gettext(text) for name, text in item.display.labels.items()}
        made = self._node(item.field(self.schemes), gettext(item.title), "", vocabularies, labels)
        hint = gettext(item.display.description) if item.display.description else ""
        return _with_hint(made, hint)

    def _node(
        self, field: Any, label: str, path: str, vocabularies: Mapping[str, str], labels: Mapping[str, str]
    ) -> Node:
        match field:
            case ListOf():
                return self._list(field, label, path, vocabularies, labels)
            case ObjectOf():
                return self._object(field, label, path, vocabularies, labels)
            case TermField() if path in vocabularies:
                return self._term(vocabularies[path], label)
            case WebAddress():
                return TextNode(label=label, input="url", example="https://example.org", required=field.required)
            case EDTFDate():
                return TextNode(label=label, hint=EDTF_HINT, width="short", required=field.required)
            case HTMLText():
                return TextNode(label=label, html=True, required=field.required)
            case LocalizedText():
                return LocalizedNode(label=label, required=field.required)
            case Text() | fields.String():
                return TextNode(label=label, lines=getattr(field, "lines", False), required=field.required)
            case fields.Boolean():
                return FlagNode(label=label)
            case fields.Integer() | fields.Float() | fields.Decimal():
                return NumberNode(label=label, whole=isinstance(field, fields.Integer))
            case _:
                return KeptNode(label=label)

    def _term(self, vocabulary: str, label: str) -> TermNode:
        return TermNode(label=label, vocabulary=vocabulary, long=self.sizes.get(vocabulary, 0) > LONG)

    def _object(
        self, field: ObjectOf, label: str, path: str, vocabularies: Mapping[str, str], labels: Mapping[str, str]
    ) -> Node:
        part = field.part
        if isinstance(part, IdentifierPart) and set(part.load_fields) == {"identifier", "scheme"}:
            return identifier_node(self.schemes, *part.uses)
        nodes = {
            name: self._node(inner, labels.get(name) or field_label(name), _joined(path, name), vocabularies, labels)
            for name, inner in part.load_fields.items()
        }
        return ObjectNode(label=label, fields=nodes, layout="row")

    def _list(
        self, field: ListOf, label: str, path: str, vocabularies: Mapping[str, str], labels: Mapping[str, str]
    ) -> Node:
        below = _joined(path, "*")
        if isinstance(field.inner, TermField) and below in vocabularies:
            return ChipsNode(label=label, vocabulary=vocabularies[below])
        item = self._node(field.inner, label, below, vocabularies, labels)
        if isinstance(item, KeptNode):
            return KeptNode(label=label)
        return ListNode(label=label, item=item, one=label, add=gettext("Add"))


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _with_hint(node: Node, hint: str) -> Node:
    from dataclasses import replace

    return replace(node, hint=hint or node.hint) if hint else node
