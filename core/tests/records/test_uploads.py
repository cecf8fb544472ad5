"""The list of one's own uploads: what is in which tab, in which state, in which order."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from muniment.access.actor import ANONYMOUS
from muniment.errors import InvalidRequest, PermissionDenied
from muniment.records.uploads import OwnUpload, UploadsPage, UploadsRequest


@pytest.fixture
def listed(repository: Any, ada: Any) -> Any:
    """`listed(tab="drafts")`: the page of Ada's uploads."""

    def ask(**request: Any) -> UploadsPage:
        return repository.records.own_uploads(ada.actor, UploadsRequest(**request))

    return ask


@pytest.fixture
def works(repository: Any, make_draft: Any, make_record: Any, ada: Any, grace: Any) -> dict[str, str]:
    """One upload in each state, made in this order, and one of somebody else; the numbers by name."""
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as clock:
        numbers: dict[str, str] = {}

        def note(name: str, number: str) -> str:
            numbers[name] = number
            clock.shift(60)
            return number

        note("idle", make_record("Moss of the north").id)
        note("draft", make_draft("lichen of the coast").id)
        edited = note("edited", make_record("Ice of the lakes").id)
        repository.records.edit(ada.actor, edited)
        clock.shift(60)
        versioned = note("versioned", make_record("Zircon of the hills").id)
        note("next", repository.records.new_version(ada.actor, versioned).id)
        make_record("Foreign", actor=grace.actor)
    return numbers


def numbers(page: UploadsPage) -> list[str]:
    return [row.id for row in page.rows]


def test_the_tab_of_all_shows_each_work_once_the_last_changed_first(listed: Any, works: dict[str, str]) -> None:
    page = listed()
    assert numbers(page) == [works["next"], works["edited"], works["draft"], works["idle"]]
    assert [row.state for row in page.rows] == ["new-version", "edit", "draft", "published"]
    assert page.total == 4
    assert page.counts == {"all": 4, "drafts": 3, "published": 3}
    assert page.sort == "updated"


def test_rows_name_the_draft_and_the_published_version(listed: Any, works: dict[str, str]) -> None:
    rows = {row.id: row for row in listed().rows}
    assert (rows[works["next"]].draft_id, rows[works["next"]].record_id) == (works["next"], works["versioned"])
    assert (rows[works["edited"]].draft_id, rows[works["edited"]].record_id) == (works["edited"], works["edited"])
    assert (rows[works["draft"]].draft_id, rows[works["draft"]].record_id) == (works["draft"], "")
    assert (rows[works["idle"]].draft_id, rows[works["idle"]].record_id) == ("", works["idle"])
    assert rows[works["next"]].version_index == 2
    assert rows[works["idle"]].resource_type == "dataset"


def test_published_records_stay_in_their_tab_while_somebody_works_on_them(listed: Any, works: dict[str, str]) -> None:
    page = listed(tab="published", sort="oldest")
    assert [(row.id, row.state, row.draft_id) for row in page.rows] == [
        (works["idle"], "published", ""),
        (works["edited"], "edit", works["edited"]),
        (works["versioned"], "new-version", works["next"]),
    ]


@pytest.mark.parametrize(
    ("tab", "state", "names"),
    [
        ("all", "draft", ["draft"]),
        ("all", "edit", ["edited"]),
        ("all", "new-version", ["next"]),
        ("all", "published", ["idle"]),
        ("drafts", None, ["next", "edited", "draft"]),
        ("drafts", "edit", ["edited"]),
        ("drafts", "published", []),
        ("published", "draft", []),
        ("published", "edit", ["edited"]),
        ("published", "new-version", ["versioned"]),
        ("published", "published", ["idle"]),
    ],
)
def test_a_state_narrows_each_tab(
    listed: Any, works: dict[str, str], tab: str, state: str | None, names: list[str]
) -> None:
    page = listed(tab=tab, state=state)
    assert numbers(page) == [works[name] for name in names]
    assert page.total == len(names)
    assert page.counts["all"] == 4


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("title", ["edited", "draft", "idle", "next"]),
        ("newest", ["next", "edited", "draft", "idle"]),
        ("oldest", ["idle", "draft", "edited", "next"]),
        ("updated", ["next", "edited", "draft", "idle"]),
        ("nonsense", ["next", "edited", "draft", "idle"]),
    ],
)
def test_the_order_is_the_one_that_was_asked_for(
    listed: Any, works: dict[str, str], sort: str, names: list[str]
) -> None:
    assert numbers(listed(sort=sort)) == [works[name] for name in names]


def test_pages_join_without_gap_or_repetition(listed: Any, works: dict[str, str]) -> None:
    found = [number for page in (1, 2, 3) for number in numbers(listed(page=page, size=2))]
    assert found == numbers(listed())


def test_a_query_looks_into_drafts_and_records_of_every_tab(
    repository: Any, listed: Any, works: dict[str, str]
) -> None:
    repository.search.wait_for(repository.events.last_id(), 10)
    assert numbers(listed(q="lichen")) == [works["draft"]]
    assert numbers(listed(q="title:ice", tab="published")) == [works["edited"]]
    assert numbers(listed(q="coast OR lakes OR north OR hills", sort="title")) == numbers(listed(sort="title"))
    assert listed(q="foreign").total == 0
    assert listed(q="lichen").sort == "bestmatch"
    with pytest.raises(InvalidRequest):
        listed(q='"unfinished')


def test_what_a_draft_lacks_is_counted(repository: Any, ada: Any, listed: Any) -> None:
    number = repository.records.create(ada.actor, {"metadata": {}}).id
    (row,) = listed().rows
    assert row == OwnUpload(
        id=number,
        state="draft",
        title="",
        resource_type="",
        version="",
        version_index=1,
        created=row.created,
        updated=row.updated,
        draft_id=number,
        problems=len(repository.records.read_draft(ada.actor, number).problems),
    )
    assert row.problems > 2


def test_a_deleted_record_is_no_upload_any_more(repository: Any, ada: Any, listed: Any, make_record: Any) -> None:
    repository.records.delete(ada.actor, make_record().id)
    assert listed().total == 0
    assert listed().counts == {"all": 0, "drafts": 0, "published": 0}


def test_an_older_version_is_left_to_the_newest(repository: Any, ada: Any, listed: Any, make_record: Any) -> None:
    first = make_record(files={"a.txt": b"a"}).id
    second = repository.records.new_version(ada.actor, first).id
    repository.records.import_files(ada.actor, second)
    repository.records.publish(ada.actor, second)
    assert numbers(listed()) == [second]
    assert listed().counts["published"] == 1


def test_more_rows_need_no_more_statements(
    listed: Any, works: dict[str, str], make_draft: Any, make_record: Any, sql_statements: list[str]
) -> None:
    def statements(rows: int) -> int:
        sql_statements.clear()
        assert len(listed().rows) == rows
        return len(sql_statements)

    before = statements(4)
    make_draft()
    make_record()
    assert statements(6) == before


def test_visitors_have_no_uploads(repository: Any) -> None:
    with pytest.raises(PermissionDenied):
        repository.records.own_uploads(ANONYMOUS, UploadsRequest())
