"""Custom fields: declarations, order, and loading."""

from __future__ import annotations

import pytest

from muniment.identifiers import IdentifierSchemes
from muniment.records.schemas import DisplayHints, MetadataField, MetadataFields, VocabularyUse, expand_vocabularies
from muniment.records.schemas.fields import CustomFieldsLoader
from muniment.records.schemas.text import Text


def field(
    name: str, section: str = "Here", order: int = 1, vocabularies: tuple[VocabularyUse, ...] = ()
) -> MetadataField:
    display = DisplayHints(section, order)
    return MetadataField(name, name.title(), lambda _: Text(minimum=2), vocabularies, display=display)


@pytest.mark.parametrize("name", ["plain", "a:", ":b", "A:b", "a b:c", "a:b:c", "ä:b"])
def test_names_have_a_namespace(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be named"):
        field(name)


def test_two_fields_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two custom fields are named 'a:b'"):
        MetadataFields([field("a:b"), field("a:c"), field("a:b", order=2)])


def test_fields_come_in_their_order_and_under_their_headings() -> None:
    fields = MetadataFields(
        [field("z:a", "Late", 30), field("a:b", "Late", 40), field("m:c", "Early", 10), field("b:d", "Early", 35)]
    )
    assert [item.name for item in fields] == ["m:c", "z:a", "b:d", "a:b"]
    assert [(name, [item.name for item in items]) for name, items in fields.sections()] == [
        ("Early", ["m:c", "b:d"]),
        ("Late", ["z:a", "a:b"]),
    ]
    assert "z:a" in fields
    assert fields.get("nothing") is None
    found = fields.get("z:a")
    assert found is not None
    assert found.namespace == "z"


def test_references_lead_from_the_document() -> None:
    fields = MetadataFields([field("a:b", vocabularies=(VocabularyUse("one"), VocabularyUse("two", "*.kind")))])
    assert [(reference.path, reference.vocabulary) for reference in fields.references] == [
        (("custom_fields", "a:b"), "one"),
        (("custom_fields", "a:b", "*", "kind"), "two"),
    ]


def test_fields_of_absent_plugins_are_hidden_and_kept() -> None:
    document = {"metadata": {}, "custom_fields": {"a:b": "x", "gone:field": {"id": "y"}}}
    fields = MetadataFields([field("a:b")])
    assert fields.hidden(document) == {"gone:field": {"id": "y"}}
    assert fields.hidden({}) == {}
    assert expand_vocabularies(document, lambda pairs: {}, fields)["custom_fields"] == {"a:b": "x"}
    assert expand_vocabularies(document, lambda pairs: {})["custom_fields"] == document["custom_fields"]


def test_loading_keeps_what_is_valid_and_known() -> None:
    loader = CustomFieldsLoader(MetadataFields([field("a:b"), field("a:c"), field("a:d")]), IdentifierSchemes())
    data, errors = loader.load({"a:b": " text ", "a:c": "x", "a:d": None, "other:field": "kept elsewhere"})
    assert data == {"a:b": "text"}
    assert errors == {"a:c": ["Shorter than minimum length 2."]}
    assert loader.load(None) == ({}, {})


def test_fields_are_built_once() -> None:
    built: list[str] = []

    def factory(_: IdentifierSchemes) -> Text:
        built.append("once")
        return Text()

    loader = CustomFieldsLoader(MetadataFields([MetadataField("a:b", "B", factory)]), IdentifierSchemes())
    for _ in range(3):
        loader.load({"a:b": "x"})
    assert built == ["once"]
