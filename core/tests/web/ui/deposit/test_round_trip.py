"""From the record's JSON to a form and back: nothing changes that the schema knows."""

from __future__ import annotations

import random
from typing import Any

import pytest
from marshmallow import fields

from muniment.builtin.domain_fields.plugin import FIELDS
from muniment.identifiers import IdentifierSchemes
from muniment.records.schemas import MetadataFields, limits
from muniment.records.schemas.metadata import metadata_part
from muniment.records.schemas.parts import ListOf, ObjectOf
from muniment.web.ui.deposit.reading import read_form
from muniment.web.ui.deposit.shape import ChipsNode, ListNode, ObjectNode
from muniment.web.ui.deposit.writing import fitted, form_pairs, written_part

SCHEMES = IdentifierSchemes()
CUSTOM = MetadataFields(FIELDS)


def through_a_form(shape: ObjectNode, document: dict[str, Any], base: dict[str, Any] | None = None) -> dict[str, Any]:
    pairs = form_pairs(shape, fitted(shape, written_part(document)))
    return read_form(pairs, shape, base or {}).document


def test_a_record_with_something_in_every_field_comes_back_as_it_was(shape, load, record) -> None:
    record["pids"] = {"doi": {"identifier": "10.1234/elsewhere", "provider": "external"}}
    assert load(through_a_form(shape, record)) == load(record)


def test_the_empty_draft_comes_back_empty(shape, load) -> None:
    assert load(through_a_form(shape, {"metadata": {}, "files": {"enabled": True}})) == load({"metadata": {}})


def covers(node: Any, field: Any, path: str) -> list[str]:
    """Paths of the schema that the form has no node for."""
    if isinstance(field, ListOf):
        return covers(node.item, field.inner, f"{path}.*") if isinstance(node, ListNode) else []
    if isinstance(field, ObjectOf) and isinstance(node, ObjectNode):
        missing = []
        for name, inner in field.part.load_fields.items():
            if name in node.fields:
                missing += covers(node.fields[name], inner, f"{path}.{name}")
            else:
                missing.append(f"{path}.{name}")
        return missing
    return []


def test_the_form_knows_every_field_of_the_schema(shape) -> None:
    whole = ObjectOf(metadata_part(SCHEMES))
    assert covers(shape.fields["metadata"], whole, "metadata") == []
    assert isinstance(shape.fields["metadata"].fields["subjects"], ChipsNode)
    custom = shape.fields["custom_fields"]
    assert set(custom.fields) == {item.name for item in CUSTOM}
    for item in CUSTOM:
        loader: fields.Field = item.field(SCHEMES)
        assert covers(custom.fields[item.name], loader, item.name) == []


WORDS = [
    "Glacier",
    "ß & <b>",
    "a\nb",
    "多语言",
    "=cmd|' /c calc'!A1",
    '"quoted"',
    "x" * 300,
    "-",
    " ",
    "0",
    "résumé; x",
]


def any_document(rng: random.Random) -> dict[str, Any]:
    """A document as the service stores it: valid, with anything in its texts."""

    def some(make: Any, most: int = 3) -> list[Any]:
        return [make() for _ in range(rng.randint(0, most))]

    def word() -> str:
        return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 3))) + rng.choice("abc")

    def maybe(**given: Any) -> dict[str, Any]:
        return {key: make() for key, make in given.items() if rng.random() < 0.6}

    def agent() -> dict[str, Any]:
        if rng.random() < 0.3:
            inner = {"type": "organizational", "name": word()}
        else:
            inner = {"type": "personal", "family_name": word(), **maybe(given_name=word)}
        ids = rng.sample([("orcid", "0000-0002-1825-0097"), ("isni", "000000012156142X"), ("ror", "03yrm5c26")], 2)
        inner["identifiers"] = [{"scheme": scheme, "identifier": value} for scheme, value in ids[: rng.randint(0, 2)]]
        places = [{"id": "03yrm5c26", "name": "CERN"}, {"name": word()}, {"name": word()}]
        return {"person_or_org": inner, "affiliations": places[: rng.randint(0, 3)], **maybe(role=term)}

    def term() -> dict[str, str]:
        return {"id": rng.choice(["eng", "other", "editor", "abstract"])}

    def licence() -> dict[str, Any]:
        if rng.random() < 0.5:
            return {"id": rng.choice(["cc-by-4.0", "0bsd"])}
        return {"title": {"en": word(), "de": word()}, **maybe(link=lambda: "https://example.org/a?b=c")}

    def place() -> dict[str, Any]:
        shapes = [
            {"type": "Point", "coordinates": [rng.uniform(-180, 180), rng.uniform(-90, 90)]},
            {"type": "Point", "coordinates": [1, 2, 3.5]},
            {"type": "MultiPoint", "coordinates": [[1.0, 2.0], [3.0, 4.0]]},
        ]
        return {"place": word(), **maybe(geometry=lambda: rng.choice(shapes), description=word)}

    award = {
        "title": {"en": word()},
        "number": word(),
        "identifiers": [{"scheme": "url", "identifier": "http://a.b/c"}],
    }
    metadata = {
        "title": word(),
        "creators": some(agent, 4),
        "contributors": some(agent),
        "rights": some(licence, 2),
        "subjects": some(lambda: {"subject": word()}, 5),
        "languages": some(term, 1),
        "additional_titles": some(lambda: {"title": word(), "type": term(), **maybe(lang=term)}),
        "dates": some(lambda: {"date": "2020-01/2021", "type": term(), **maybe(description=word)}),
        "funding": some(lambda: {"funder": {"name": word()}, **maybe(award=lambda: award)}),
        "references": some(lambda: {"reference": word(), **maybe(identifier=lambda: "10.1234/abc")}),
        "locations": {"features": some(place)},
        "sizes": some(word),
        "formats": some(word),
        **maybe(description=word, version=lambda: "1", publisher=word, copyright=word),
    }
    custom = {"journal:journal": {"title": word()}, "code:programmingLanguage": some(term, 1)}
    access = rng.choice([("public", "public"), ("public", "restricted"), ("restricted", "restricted")])
    return {
        "metadata": {key: value for key, value in metadata.items() if value},
        "custom_fields": custom,
        "access": dict(zip(("record", "files"), access, strict=True)),
        "files": {"enabled": rng.random() < 0.5, "order": some(word)},
    }


@pytest.mark.parametrize("seed", range(60))
def test_any_stored_document_comes_back_as_it_was(shape, load, seed: int) -> None:
    document = load(any_document(random.Random(seed)))
    # Of formatted text without markup the form must know that it was stored like that, and not typed now.
    texts = {name: text for name, text in document["metadata"].items() if name in ("description", "copyright")}
    assert load(through_a_form(shape, document, {"metadata": texts})) == document


def test_what_the_form_cannot_show_stays_untouched(shape, load, record) -> None:
    record["ext"] = {"colour": {"deep": [1, 2]}}
    record["parent"]["communities"] = {"ids": ["a"]}
    record["access"] = {"record": "restricted", "files": "public", "embargo": {"until": "2030-01-01"}}
    record["custom_fields"]["lab:unknown"] = {"anything": [None, 1]}
    base = fitted(shape, written_part(record))
    document = read_form(form_pairs(shape, base), shape, base).document
    assert document["ext"] == record["ext"]
    assert document["parent"] == {"communities": {"ids": ["a"]}, "access": record["parent"].get("access")} or (
        document["parent"] == {"communities": {"ids": ["a"]}}
    )
    assert document["access"] == record["access"]
    assert document["custom_fields"]["lab:unknown"] == {"anything": [None, 1]}
    assert document["pids"] == record["pids"]


def test_controls_that_were_not_sent_leave_everything_as_it_was(shape, record) -> None:
    base = fitted(shape, written_part(record))
    assert read_form([], shape, base).document == base
    only = read_form([("metadata.title", "Another")], shape, base).document
    assert only == {**base, "metadata": {**base["metadata"], "title": "Another"}}


@pytest.mark.parametrize(
    "value",
    [None, 5, "text", [], [5], {"a": 1}, {"id": 5}, {"features": 3}, [{"person_or_org": "x"}], [[["deep"]]], True],
)
def test_a_document_of_any_form_makes_a_form(shape, load, value: Any) -> None:
    """What clients sent may have been kept as it came (`as_sent`): a page can still be made from it."""
    for name in shape.fields["metadata"].fields:
        document = {"metadata": {name: value, "title": "Kept"}, "custom_fields": {"journal:journal": value}}
        pairs = form_pairs(shape, fitted(shape, document))
        assert ("metadata.title", "Kept") in pairs or name == "title"
        load(read_form(pairs, shape, {}).document)


def test_hostile_names_and_values_are_no_trouble(shape, load) -> None:
    pairs = [
        ("metadata.creators", "../../etc"), ("metadata.creators", "0"), ("metadata.creators", "0"),
        ("metadata.creators.0", "[" * 500 + "]" * 500), ("metadata.creators.0.person_or_org", "5"),
        ("metadata.title.x.y", "below a text"), (".".join("a" * 40), "deep"), ("", "nameless"), ("..", "dots"),
        ("metadata.locations.features", "1"), ("metadata.locations.features.1.geometry.other", "{]"),
        ("metadata.locations.features.1.geometry.latitude", "1e999"), ("metadata.rights", "1"),
        ("metadata.rights.1", '{"id": ["x"]}'), ("access.choice", "nonsense"), ("files.order", "a"),
        ("metadata.title", "a\x00b"), ("pids.doi.external", "x" * 100_000), ("metadata.dates", "7"),
        ("metadata.subjects.id", "{broken"), ("metadata.subjects.word", "word"), ("metadata.subjects.add", "a; b\nc"),
    ]  # fmt: skip
    document = read_form(pairs, shape, {}).document
    assert document["metadata"]["title"] == "ab"
    assert document["access"] == {"record": "restricted", "files": "restricted"}
    assert [entry.get("subject") or entry["id"] for entry in document["metadata"]["subjects"]] == [
        "{broken", "word", "a", "b", "c",
    ]  # fmt: skip
    load(document)


def test_more_entries_than_any_list_has_are_cut(shape) -> None:
    pairs = [("metadata.sizes", ""), *(("metadata.sizes", str(number)) for number in range(limits.ITEMS + 10))]
    pairs += [(f"metadata.sizes.{number}", "x") for number in range(limits.ITEMS + 10)]
    assert len(read_form(pairs, shape, {}).document["metadata"]["sizes"]) == limits.ITEMS
