"""Lists read what they show of a page in one statement, and nothing of the stored documents behind it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from muniment.access.actor import ANONYMOUS, SYSTEM
from muniment.records.listed import listed_rows
from muniment.records.models import Projection
from muniment.records.requests import SearchRequest
from muniment.testing.fakes import FakePlugins
from muniment.testing.people import Person


def test_a_page_is_read_in_one_statement_whatever_its_size(
    repository: Any, make_record: Any, sql_statements: list[str]
) -> None:
    records = [make_record(f"Paged {index}") for index in range(3)]
    repository.records.search(ANONYMOUS, SearchRequest(q="paged", with_facets=False))
    sql_statements.clear()
    page = repository.records.search(ANONYMOUS, SearchRequest(q="paged", with_facets=False))
    assert {hit.id for hit in page.hits} == {record.id for record in records}
    assert [text for text in sql_statements if "records.data" in text] == []
    assert sum("FROM records" in text for text in sql_statements) == 1


def test_what_lists_show_is_what_reading_shows(repository: Any, make_record: Any, ada: Person) -> None:
    record = make_record("Alike")
    for actor in (ANONYMOUS, ada.actor):
        (hit,) = repository.records.search(actor, SearchRequest(q="alike")).hits
        read = repository.records.read(actor, record.id)
        assert (hit.body, hit.etag, hit.revision) == (read.body, read.etag, read.revision)


def test_a_stale_rendering_is_made_anew(repository: Any, make_record: Any) -> None:
    record = make_record("Outdated")
    with repository.database.write() as unit:
        unit.session.execute(update(Projection).values(version="old", body=b"{}"))
    (hit,) = repository.records.search(ANONYMOUS, SearchRequest(q="outdated")).hits
    assert hit.data["metadata"]["title"] == record.data["metadata"]["title"]
    with repository.database.single() as connection:
        (row,) = listed_rows(connection, [int(record.id)])
    assert row.rendering == repository.records.projection_version


def test_no_numbers_need_no_statement(repository: Any, sql_statements: list[str]) -> None:
    with repository.database.read() as session:
        assert listed_rows(session, []) == []
    assert [text for text in sql_statements if "SELECT" in text] == []


def test_suggestions_come_without_facets(repository: Any, make_record: Any) -> None:
    record = make_record("Suggestible things")
    page = repository.records.search(ANONYMOUS, SearchRequest(suggest="sugges"))
    assert ([hit.id for hit in page.hits], page.aggregations) == ([record.id], None)


def test_a_plugin_that_has_no_say_in_records_is_switched_without_any_rendering_becoming_stale(
    repository: Any, fake_plugin: FakePlugins
) -> None:
    fake_plugin("bystander", register_jobs=[])
    fake_plugin("shaping", register_record_parts=[])
    before = repository.records.projection_version
    repository.plugins.enable("bystander", SYSTEM)
    assert repository.successor().records.projection_version == before
    repository.plugins.enable("shaping", SYSTEM)
    assert repository.successor().records.projection_version != before
