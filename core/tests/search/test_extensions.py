"""Custom fields become search fields and facets."""

from __future__ import annotations

from marshmallow import fields as marshmallow_fields

from muniment.records.schemas.fields import FacetHint, IndexHints, MetadataField, MetadataFields
from muniment.search.extensions import extension_facets, extension_fields
from muniment.search.query import parse
from muniment.search.query.core_fields import CORE_FIELDS
from muniment.search.query.field import Kind
from muniment.search.query.tree import KeywordMatch, TokenMatch


def field(name: str, index: IndexHints) -> MetadataField:
    return MetadataField(name, name, lambda _: marshmallow_fields.Raw(), index=index)


FIELDS = MetadataFields(
    [
        field("journal:journal", IndexHints(text=("title",), exact=("issn",))),
        field("code:programmingLanguage", IndexHints(exact=("*.id",), facet=FacetHint("code", "Languages", "*.id"))),
        field("title:title", IndexHints(text=("",))),
    ]
)


def test_each_path_is_searched_under_its_long_and_short_names() -> None:
    known = CORE_FIELDS.extended(extension_fields(FIELDS, CORE_FIELDS))
    journal = known.fields["custom_fields.journal:journal.title"]
    assert journal.kind is Kind.TEXT
    assert journal.path == ("custom_fields", "journal:journal", "title")
    for name in ("journal.title", "journal:journal.title", "custom_fields.journal:journal.title"):
        assert parse(f"{name}:ice", known) == TokenMatch(journal, ("ice",))
    language = known.fields["custom_fields.code:programmingLanguage.id"]
    assert parse("code.programmingLanguage.id:Rust", known) == KeywordMatch(language, "rust")


def test_a_short_name_that_is_taken_is_left_out() -> None:
    known = CORE_FIELDS.extended(extension_fields(FIELDS, CORE_FIELDS))
    assert known.get("title") is CORE_FIELDS.fields["title"]
    assert known.get("title:title") is known.fields["custom_fields.title:title"]


def test_facets_name_the_field_that_fills_them() -> None:
    (facet,) = extension_facets(FIELDS)
    assert (facet.name, facet.label) == ("code", "Languages")
    assert facet.extension == facet.column == "custom_fields.code:programmingLanguage.id"
    assert facet.extension in {entry.name for entry in extension_fields(FIELDS, CORE_FIELDS)}
