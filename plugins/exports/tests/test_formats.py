"""Every format writes what it has a place for, in its published form, whatever people have typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from full import FIELDS, with_fields
from validating import VALIDATORS, validate

from muniment.api import SYSTEM, RecordItem, Repository
from muniment_exports.carried import CARRIED

pytestmark = pytest.mark.plugins("exports")

#: Zenodo's names, media types of files, and media types to ask for.
TABLE = {
    "json-ld": ("application/ld+json", "application/ld+json"),
    "csl": ("application/vnd.citationstyles.csl+json", "application/vnd.citationstyles.csl+json"),
    "dublincore": ("application/x-dc+xml", "application/x-dc+xml"),
    "marcxml": ("application/marcxml+xml", "application/marcxml+xml"),
    "bibtex": ("application/x-bibtex", "application/x-bibtex"),
    "geojson": ("application/vnd.geo+json", "application/vnd.geo+json"),
    "dcat-ap": ("application/dcat+xml", "application/dcat+xml"),
    "codemeta": ("application/ld+json", None),
    "cff": ("application/x-yaml", None),
    "datapackage": (
        "application/ld+json",
        'application/ld+json;profile="https://datapackage.org/profiles/2.0/datapackage.json"',
    ),
    "ro-crate": ("application/ld+json", 'application/ld+json;profile="https://w3id.org/ro/crate/1.1"'),
}
HOSTILE = (
    "\x00\x0b\x1b]]>&amp;</title>\ud7ff\ufffe\uffff\u2028\x85 \\{}%$#_~^\"'` @comment{ 漢字 עברית العربية ไทย 𝔘𝔫𝔦 "
    "e\u0301 🧊"
)


def write(repository: Repository, data: dict[str, Any], name: str) -> bytes:
    return repository.exports.find(name).write(data)


@pytest.mark.hook("register_export_formats")
def test_names_and_media_types_are_those_of_zenodo(client: FlaskClient, make_record: Callable[..., RecordItem]) -> None:
    record = make_record()
    for name, (media_type, accept) in TABLE.items():
        saved = client.get(f"/records/{record.id}/export/{name}")
        assert (saved.status_code, saved.content_type) == (200, media_type), name
        validate(name, saved.data)
        if accept is not None:
            for path in (f"/records/{record.id}", f"/api/records/{record.id}"):
                asked = client.get(path, headers={"Accept": accept})
                assert (asked.status_code, asked.data) == (200, saved.data), (name, path)
    for old, new in {"hx": "bibtex", "xd": "dublincore", "xm": "marcxml", "dcat": "dcat-ap"}.items():
        assert client.get(f"/records/{record.id}/export/{old}").headers["Location"].endswith(f"/export/{new}")


@pytest.mark.parametrize("name", sorted(CARRIED))
def test_a_format_carries_what_it_says_and_nothing_else(
    repository: Repository, make_record: Callable[..., RecordItem], name: str
) -> None:
    text = write(repository, with_fields(make_record().data), name).decode()
    validate(name, text.encode())
    found = {path for path, (_, word) in FIELDS.items() if re.search(word, text)}
    said = CARRIED[name] & FIELDS.keys()
    assert found >= said, f"not found: {sorted(said - found)}"
    assert found <= said | {"metadata.publisher"}, f"found, but not said: {sorted(found - said)}"


#: Entries of fields that formats have a place for, and the formats that have none for these.
PARTLY: dict[str, tuple[Any, set[str]]] = {
    "metadata.contributors": (
        [{"person_or_org": {"type": "personal", "name": "B, A", "family_name": "B"}, "role": {"id": "datamanager"}}],
        {"bibtex", "csl"},
    ),
    "metadata.related_identifiers": (
        [{"scheme": "doi", "identifier": "10.9999/other", "relation_type": {"id": "other"}}],
        {"datapackage"},
    ),
    "metadata.rights": ([{"id": "cc-by-4.0"}, {"title": {"en": "House rules"}}], {"cff", "datapackage"}),
    "metadata.additional_titles": ([{"title": "Too", "type": {"id": "subtitle"}}], {"csl"}),
    "metadata.dates": ([{"date": "1961-02-03", "type": {"id": "accepted"}}], {"codemeta", "json-ld", "ro-crate"}),
    "metadata.publication_date": ("1987-01-02/1988-03-04", {"bibtex", "cff", "dcat-ap"}),
    "metadata.identifiers": ([{"scheme": "isbn", "identifier": "978-3-16-148410-0"}], {"cff"}),
}


def test_entries_without_a_place_are_reported(repository: Repository, make_record: Callable[..., RecordItem]) -> None:
    data = make_record().data
    for path, (value, expected) in PARTLY.items():
        partly = {**data, "metadata": {**data["metadata"], path.partition(".")[2]: value}}
        lost = {name for name in CARRIED if f"{path} (in part)" in repository.exports.left_out(partly, name)}
        assert lost == expected, path
        assert not any(
            "part" in told for name in CARRIED for told in repository.exports.left_out(partly, name, quick=True)
        )


@pytest.mark.parametrize("name", sorted(VALIDATORS))
def test_no_text_breaks_a_format(repository: Repository, make_record: Callable[..., RecordItem], name: str) -> None:
    person = {"type": "personal", "name": f"{HOSTILE}, A", "family_name": HOSTILE, "given_name": f"and , {HOSTILE}"}
    data = with_fields(
        make_record().data,
        title=HOSTILE,
        description=HOSTILE * 40,
        creators=[{"person_or_org": person, "affiliations": [{"name": HOSTILE}]}],
        subjects=[{"subject": HOSTILE}, {"subject": HOSTILE}],
        publisher=HOSTILE,
        version=HOSTILE,
        references=[{"reference": HOSTILE}],
        funding=[{"funder": {"name": HOSTILE}, "award": {"number": HOSTILE, "title": {"en": HOSTILE}}}],
        locations={"features": [{"place": HOSTILE}]},
        rights=[{"title": {"en": HOSTILE}, "link": "https://example.org/ü ö<>"}],
        publication_date="1986/1987-02",
    )
    document = write(repository, data, name)
    validate(name, document)
    assert "漢字" in document.decode()


#: What follows from vocabularies and syntax, not from what somebody typed.
_NOT_TYPED = frozenset({"id", "scheme", "type", "date", "publication_date", "provider", "url", "coordinates"})


def _hostile(value: Any, key: str = "") -> Any:
    """The same value with a hostile text in place of each that somebody may have typed."""
    if isinstance(value, dict):
        return {name: _hostile(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_hostile(item, key) for item in value]
    if not isinstance(value, str) or key in _NOT_TYPED:
        return value
    return f"{value}?{HOSTILE}" if value.startswith("https://") else HOSTILE


@pytest.mark.parametrize("name", sorted(VALIDATORS))
def test_no_text_in_any_field_breaks_a_format(
    repository: Repository, make_record: Callable[..., RecordItem], name: str
) -> None:
    data = with_fields(make_record().data)
    data["metadata"] = _hostile(data["metadata"])
    data["custom_fields"] = _hostile(data["custom_fields"])
    data["metadata"]["description"] = HOSTILE * 40
    validate(name, write(repository, data, name))


@pytest.mark.parametrize("name", ["dublincore", "marcxml", "dcat-ap", "json-ld", "csl", "bibtex", "datapackage"])
def test_angle_brackets_and_ampersands_of_plain_texts_stay(
    repository: Repository, make_record: Callable[..., RecordItem], name: str
) -> None:
    who = {"type": "organizational", "name": "Universität <Marburg> & Söhne &amp; Co"}
    document = write(repository, with_fields(make_record().data, creators=[{"person_or_org": who}]), name).decode()
    for written in (document, unescape(document)):
        if re.search(r"Universität <Marburg> \\?& Söhne \\?&amp; Co", written):
            return
    raise AssertionError(document)


def test_a_record_with_the_least_is_written_in_every_format(
    repository: Repository, make_record: Callable[..., RecordItem]
) -> None:
    data = make_record().data
    data["metadata"] = {
        key: data["metadata"][key] for key in ("title", "resource_type", "publication_date", "creators")
    }
    data["metadata"]["publication_date"] = "1987"
    for name in VALIDATORS:
        validate(name, write(repository, data, name))


def test_people_grants_licences_and_access_have_their_names_from_shared_vocabularies(
    repository: Repository, make_record: Callable[..., RecordItem]
) -> None:
    data = with_fields(make_record().data)
    people = {"marcxml", "dcat-ap", "json-ld", "codemeta", "ro-crate"}
    carriers = {
        "https://orcid.org/0000-0002-1825-0097": people | {"cff", "datapackage"},
        "https://ror.org/05gq02987": people,
        "https://ror.org/00k4n6c32": people,
        "CC-BY-NC-2.5": {"dublincore", "marcxml", "dcat-ap", "cff", "datapackage"},
        "http://purl.org/coar/access_right/": people - {"codemeta"} | {"dublincore"},
        "http://purl.org/coar/resource_type/c_ddb1": people | {"dublincore"},
    }
    for word, names in carriers.items():
        for name in names:
            assert word in write(repository, data, name).decode(), (word, name)


def test_searches_are_answered_as_one_document(client: FlaskClient, make_record: Callable[..., RecordItem]) -> None:
    for title in ("One", "Two"):
        make_record(title)
    for name in ("bibtex", "csl", "marcxml", "json-ld"):
        answer = client.get("/api/records", headers={"Accept": str(TABLE[name][1])})
        assert answer.status_code == 200
        assert "One" in answer.text
        assert "Two" in answer.text
    assert len(client.get("/api/records", headers={"Accept": str(TABLE["csl"][1])}).get_json(force=True)) == 2


def test_what_is_gone_or_closed_is_in_no_format(
    client: FlaskClient, repository: Repository, make_record: Callable[..., RecordItem]
) -> None:
    gone = make_record("Secretword")
    repository.records.delete(SYSTEM, gone.id, {})
    closed = make_record("Secretword", record_access="restricted", files_access="restricted")
    for name, (_, accept) in TABLE.items():
        for number, status in ((gone.id, 410), (closed.id, 403)):
            answers = [client.get(f"/records/{number}/export/{name}")]
            if accept:
                answers.append(client.get(f"/api/records/{number}", headers={"Accept": accept}))
            for answer in answers:
                assert answer.status_code == status
                assert status == 410 or "Secretword" not in answer.text
