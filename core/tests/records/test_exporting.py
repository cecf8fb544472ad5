"""Export formats of plugins: found by name, written once, kept, and written again when something changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import func, select

from muniment.access.actor import ANONYMOUS, SYSTEM
from muniment.errors import Gone, NotAcceptable, PermissionDenied
from muniment.hooks.caller import PluginFailure
from muniment.records.export_formats import ExportFormat, HarvestForm, paths_in
from muniment.records.models import RecordExport
from muniment.testing.fakes import FakePlugins


class Lines:
    """Writes titles and counts how often."""

    def __init__(self) -> None:
        self.written = 0

    def __call__(self, record: Mapping[str, Any]) -> bytes:
        self.written += 1
        return str(record["metadata"]["title"]).encode()

    def format(self, **changes: Any) -> ExportFormat:
        values: dict[str, Any] = {"name": "lines", "title": "Lines", "media_type": "text/x-lines", "extension": ".txt"}
        return ExportFormat(**{**values, "write": self, "aliases": ("ln",), "join": b"\n".join, **changes})


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def formats(lines: Lines) -> list[ExportFormat]:
    return [lines.format()]


@pytest.fixture
def with_lines(fake_plugin: FakePlugins, repository: Any, formats: Any) -> Any:
    plugin = fake_plugin("liner", register_export_formats=lambda: formats)
    repository.plugins.enable(plugin.name, SYSTEM)
    return repository.successor()


def kept(repository: Any) -> int:
    with repository.database.read() as session:
        return int(session.scalar(select(func.count()).select_from(RecordExport)))


@pytest.mark.hook("register_export_formats")
def test_a_record_is_written_once_until_it_changes(with_lines: Any, make_record: Any, ada: Any, lines: Lines) -> None:
    record = make_record(title="First")
    for _ in range(3):
        exported = with_lines.exports.read(ANONYMOUS, record.id, "lines")
        assert (exported.body, exported.public, exported.filename) == (b"First", True, f"{record.id}.txt")
    assert (lines.written, kept(with_lines)) == (1, 1)
    draft = with_lines.records.edit(ada.actor, record.id)
    with_lines.records.update_draft(
        ada.actor, draft.id, {**draft.data, "metadata": {**draft.data["metadata"], "title": "Second"}}
    )
    with_lines.records.publish(ada.actor, draft.id)
    assert with_lines.exports.read(ANONYMOUS, record.id, "lines").body == b"Second"
    assert (lines.written, kept(with_lines)) == (2, 1)


def test_it_is_written_again_for_another_revision(
    with_lines: Any, make_record: Any, lines: Lines, formats: list[ExportFormat]
) -> None:
    record = make_record(title="First")
    with_lines.exports.read(ANONYMOUS, record.id, "lines")
    formats[:] = [lines.format(revision="2")]
    later = with_lines.successor()
    later.exports.read(ANONYMOUS, record.id, "lines")
    later.exports.read(ANONYMOUS, record.id, "lines")
    assert (lines.written, kept(later)) == (2, 1)
    assert later.exports.forget() == 1


def test_many_are_kept_with_one_statement_each_way(
    with_lines: Any, make_record: Any, lines: Lines, sql_statements: list[str]
) -> None:
    items = [with_lines.records.read(ANONYMOUS, make_record(title=f"No {number}").id) for number in range(4)]
    sql_statements.clear()
    assert with_lines.exports.write_many(items, "lines", keep=True)[3] == b"No 3"
    first = len(sql_statements)
    sql_statements.clear()
    with_lines.exports.write_many(items, "lines", keep=True)
    assert (len(sql_statements), lines.written) == (1, 4)
    assert first <= 5


def test_what_is_restricted_is_written_for_its_readers_and_never_kept(
    with_lines: Any, make_record: Any, ada: Any, grace: Any
) -> None:
    record = make_record(title="Closed", record_access="restricted", files_access="restricted")
    assert with_lines.exports.read(ada.actor, record.id, "lines").public is False
    for other in (ANONYMOUS, grace.actor):
        with pytest.raises(PermissionDenied):
            with_lines.exports.read(other, record.id, "lines")
    assert kept(with_lines) == 0


def test_a_deletion_takes_what_was_kept_along(with_lines: Any, make_record: Any) -> None:
    record = make_record()
    with_lines.exports.read(ANONYMOUS, record.id, "lines")
    with_lines.records.delete(SYSTEM, record.id, {})
    assert kept(with_lines) == 0
    with pytest.raises(Gone):
        with_lines.exports.read(ANONYMOUS, record.id, "lines")


def test_an_unknown_format_is_refused_with_the_list_of_formats(with_lines: Any, make_record: Any) -> None:
    with pytest.raises(NotAcceptable, match="json, lines"):
        with_lines.exports.read(ANONYMOUS, make_record().id, "parchment")
    assert with_lines.exports.renamed("ln") == "lines"
    assert with_lines.exports.renamed("lines") is None


@pytest.mark.parametrize("changes", [{"name": "json"}, {"media_type": "text/x-lines", "name": "others"}])
def test_a_format_that_takes_what_another_has_is_a_failure_of_its_plugin(
    with_lines: Any, lines: Lines, formats: list[ExportFormat], changes: Any
) -> None:
    formats[:] = [lines.format(), lines.format(**changes)]
    with pytest.raises(PluginFailure, match="already"):
        with_lines.exports.find("lines")


def test_a_format_that_fails_is_named(with_lines: Any, make_record: Any, lines: Lines, formats: Any) -> None:
    def broken(record: Mapping[str, Any]) -> bytes:
        raise KeyError("publisher")

    formats[:] = [lines.format(write=broken)]
    with pytest.raises(PluginFailure, match="'liner' failed in hook 'export format lines'"):
        with_lines.exports.write(with_lines.records.read(ANONYMOUS, make_record().id), "lines")


def test_fields_without_a_place_are_told(with_lines: Any, make_record: Any, lines: Lines, formats: Any) -> None:
    formats[:] = [lines.format(carries=frozenset({"metadata.title", "metadata.creators", "pids.*"}))]
    data = with_lines.records.read(ANONYMOUS, make_record().id).data
    left = with_lines.exports.left_out(data, "lines")
    assert "metadata.publication_date" in left
    assert "metadata.title" not in left
    assert with_lines.exports.left_out(data, "json") == []
    assert set(with_lines.exports.left_out(data, "lines", quick=True)) <= set(paths_in(data))


def test_entries_that_make_no_difference_are_told(with_lines: Any, make_record: Any, formats: Any) -> None:
    """A format that has the first subject of each scheme, the first word of dates, and people without affiliations."""

    def write(record: Mapping[str, Any]) -> bytes:
        metadata = record["metadata"]
        schemes = {entry.get("scheme"): entry["subject"] for entry in reversed(metadata["subjects"])}
        people = [entry["person_or_org"]["name"] for entry in metadata["creators"]]
        return f"{metadata['publication_date'][:4]} {schemes} {people} {metadata['description']}".encode()

    told = ("subjects", "publication_date", "creators", "description")
    formats[:] = [
        ExportFormat(
            "lines", "Lines", "text/x-lines", ".txt", write, carries=frozenset(map("metadata.{}".format, told))
        )
    ]
    data = with_lines.records.read(ANONYMOUS, make_record().id).data

    def in_part(**metadata: Any) -> list[str]:
        found = {"subjects": [{"subject": "Ice"}], "description": "x/y", "publication_date": "1987", **metadata}
        left = with_lines.exports.left_out({**data, "metadata": {**data["metadata"], **found}}, "lines")
        return [path.removesuffix(" (in part)") for path in left if path.endswith(" (in part)")]

    person = {"person_or_org": {"name": "A", "identifiers": [{"scheme": "orcid", "identifier": "1"}]}}
    assert in_part(creators=[{"person_or_org": {"name": "A"}}]) == []
    assert in_part(creators=[person]) == ["metadata.creators"]
    assert in_part(creators=[], subjects=[{"subject": "Ice"}, {"subject": "Snow"}]) == ["metadata.subjects"]
    assert in_part(creators=[], subjects=[{"subject": "Ice"}, {"subject": "Snow", "scheme": "x"}]) == []
    assert in_part(creators=[], publication_date="1987/1988") == ["metadata.publication_date"]


@pytest.mark.hook("export_document")
def test_another_plugin_adds_to_a_document_and_what_was_kept_is_written_again(
    with_lines: Any, fake_plugin: FakePlugins, make_record: Any
) -> None:
    record = make_record(title="First")
    assert with_lines.exports.read(ANONYMOUS, record.id, "lines").body == b"First"

    def add(value: bytes, record: Any, format: str) -> bytes:
        return value + f" ({format} of {record['id']})".encode()

    changer = fake_plugin("changer", export_document=add)
    with_lines.plugins.enable(changer.name, SYSTEM)
    changed = with_lines.successor()
    assert changed.exports.read(ANONYMOUS, record.id, "lines").body == f"First (lines of {record.id})".encode()
    changed.plugins.disable(changer.name, SYSTEM)
    assert changed.successor().exports.read(ANONYMOUS, record.id, "lines").body == b"First"


def test_a_document_stays_as_it_was_where_another_plugin_fails(
    with_lines: Any, fake_plugin: FakePlugins, make_record: Any
) -> None:
    def fail(value: bytes, record: Any, format: str) -> bytes:
        raise RuntimeError(f"{format} of {record['id']}: {value!r}")

    with_lines.plugins.enable(fake_plugin("changer", export_document=fail).name, SYSTEM)
    record = make_record(title="First")
    assert with_lines.successor().exports.read(ANONYMOUS, record.id, "lines").body == b"First"


def test_public_records_come_by_number_without_being_read(
    with_lines: Any, make_record: Any, lines: Lines, administrator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, restricted, gone = (
        make_record(title="First"),
        make_record(title="Second"),
        make_record(title="Third", record_access="restricted", files_access="restricted"),
        make_record(title="Fourth"),
    )
    with_lines.records.delete(administrator.actor, gone.id)
    numbers = [with_lines.records.number_of(one.id) for one in (second, restricted, gone, first)]
    expected = {numbers[0]: b"Second", numbers[3]: b"First"}
    assert with_lines.exports.public(numbers, "lines") == expected
    assert lines.written == 2
    monkeypatch.setattr(type(with_lines.records), "items", None)
    assert with_lines.exports.public(numbers, "lines") == expected
    assert list(with_lines.exports.public(numbers, "lines")) == [numbers[0], numbers[3]]
    assert lines.written == 2


def test_etags_of_public_records_are_those_that_are_read(repository: Any, make_record: Any, administrator: Any) -> None:
    made = [make_record(), make_record(record_access="restricted", files_access="restricted"), make_record()]
    made.append(make_record(files_access="restricted"))
    repository.records.delete(administrator.actor, made[2].id)
    numbers = [repository.records.number_of(one.id) for one in made]
    items = repository.records.items(ANONYMOUS, numbers)
    assert sorted(items) == [numbers[0], numbers[3]]
    etags = repository.records.public_etags(numbers)
    assert set(etags) == set(items)
    assert {number: etag or items[number].etag for number, etag in etags.items()} == {
        number: item.etag for number, item in items.items()
    }
    assert etags[numbers[0]]


def test_a_record_that_cannot_be_written_is_its_failure_among_others(
    fake_plugin: FakePlugins, repository: Any, make_record: Any
) -> None:
    def write(record: Mapping[str, Any]) -> bytes:
        if record["metadata"]["title"] == "Bad":
            raise ValueError("no")
        return b"good"

    plugin = fake_plugin("picky", register_export_formats=[ExportFormat("picky", "P", "text/x-picky", ".p", write)])
    repository.plugins.enable(plugin.name, SYSTEM)
    after = repository.successor()
    bad, good = (after.records.number_of(make_record(title=title).id) for title in ("Bad", "Good"))
    found = after.exports.public([bad, good], "picky")
    assert isinstance(found[bad], PluginFailure)
    assert found[good] == b"good"


@pytest.mark.parametrize("body", [b"", b"<a>", b"<a/><b/>", b"<!DOCTYPE a><a/>", b"words", b"<a>&nbsp;</a>", b"\xff"])
def test_what_harvesters_get_is_a_document(
    fake_plugin: FakePlugins, repository: Any, make_record: Any, body: bytes
) -> None:
    """It stands inside of others; what would break those is told where it is made, and never kept."""
    harvest = (HarvestForm("x", "urn:x", "urn:x.xsd"),)
    formats = [ExportFormat("x", "X", "application/x+xml", ".xml", lambda record: body, harvest=harvest)]
    plugin = fake_plugin("xml", register_export_formats=formats)
    repository.plugins.enable(plugin.name, SYSTEM)
    after = repository.successor()
    record = make_record()
    with pytest.raises(PluginFailure):
        after.exports.read(ANONYMOUS, record.id, "x")
    assert kept(after) == 0
