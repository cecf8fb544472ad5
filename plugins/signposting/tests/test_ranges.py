"""The index of the sitemap says when each of its files changed last, whatever changed it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlalchemy import delete

from muniment.api import SYSTEM, AccessState, LogEntry, RecordItem, Repository
from muniment_signposting import ranges, sitemaps
from muniment_signposting.models import Range

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "SIZE", 2)


def told(repository: Repository) -> list[str | None]:
    """The dates of all files, once all events have come."""
    repository.deliveries.run_until_idle()
    root = ElementTree.fromstring(sitemaps.index(repository))
    return [entry.findtext(f"{SITEMAP}lastmod") for entry in root.iter(f"{SITEMAP}sitemap")]


@pytest.fixture
def later(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Sets the clock an hour ahead; gives that moment as the index writes it."""
    moments: Iterator[Any] = (repository.now() + timedelta(hours=hours) for hours in range(1, 100))

    def ahead() -> str:
        moment = next(moments)
        monkeypatch.setattr(repository.database, "now", lambda: moment)
        return str(moment.isoformat(timespec="seconds"))

    return ahead


@pytest.mark.plugins("signposting")
@pytest.mark.hook("register_event_handlers")
def test_whatever_is_done_to_a_record_is_the_last_change_of_its_file(
    repository: Repository,
    make_record: Callable[..., RecordItem],
    ada: Any,
    administrator: Any,
    later: Callable[[], str],
) -> None:
    records = repository.records
    first = make_record()
    while ranges.Ranges(repository).changed().keys() < {0, 1}:
        numbers = [make_record().id for _ in range(2)]
        told(repository)
    place = int(numbers[0]) // 2
    others = [date for at, date in enumerate(told(repository)) if at != place]

    def edit() -> None:
        draft = records.edit(ada.actor, numbers[0])
        metadata = {**draft.data["metadata"], "title": "Another"}
        records.update_draft(ada.actor, numbers[0], {**draft.data, "metadata": metadata})
        records.publish(ada.actor, numbers[0])

    def open_to(who: str) -> None:
        records.change_access(ada.actor, numbers[0], lambda state: AccessState(who, who, state.parts))

    for act in (
        edit,
        lambda: records.delete(administrator.actor, numbers[0]),
        lambda: records.restore(administrator.actor, numbers[0]),
        lambda: open_to("restricted"),
        lambda: open_to("public"),
    ):
        moment = later()
        act()
        dates = told(repository)
        assert dates[place] == moment
        assert [date for at, date in enumerate(dates) if at != place] == others
    assert first.id != numbers[0]


@pytest.mark.plugins("signposting")
def test_events_may_come_twice_late_and_of_records_that_nobody_sees(
    repository: Repository, make_record: Callable[..., RecordItem], later: Callable[[], str]
) -> None:
    kept = ranges.Ranges(repository)
    number = int(make_record().id)
    dates = told(repository)
    entry = LogEntry(1, "record.published", f"record:{number}", {"record_id": number, "parent_id": 1, "first": True})
    for _ in range(2):
        kept.follow(repository, entry)
        kept._note(number // 2, repository.now() - timedelta(days=1))
    assert told(repository) == dates
    later()
    hidden = int(make_record(record_access="restricted", files_access="restricted").id)
    found = told(repository)
    assert found[: len(dates)] == dates
    assert set(found[len(dates) :]) <= {None}
    assert hidden > number
    kept.follow(repository, LogEntry(2, "record.deleted", "record:999999", {"record_id": 999999, "parent_id": 1}))
    assert told(repository) == found


@pytest.mark.hook("register_jobs")
def test_what_happened_before_it_was_on_counts_too(
    repository: Repository, make_record: Callable[..., RecordItem], administrator: Any, later: Callable[[], str]
) -> None:
    numbers = [make_record().id for _ in range(3)]
    repository.plugins.enable("signposting", SYSTEM)
    on = repository.successor()
    on.deliveries.run_until_idle()
    before = ranges.Ranges(on).changed()
    assert before.keys() == {int(number) // 2 for number in numbers}
    with on.database.write() as unit:
        unit.session.execute(delete(Range).where(Range.number == int(numbers[0]) // 2))
    assert [on.jobs.run_now("signposting.fill") for _ in range(2)] == ["1 read", "0 read"]
    assert ranges.Ranges(on).changed() == before
    on.plugins.disable("signposting", SYSTEM)
    off = on.successor()
    later()
    moment = off.now().replace(microsecond=0)
    off.records.delete(administrator.actor, numbers[0])
    off.deliveries.run_until_idle()
    off.plugins.enable("signposting", SYSTEM)
    again = off.successor()
    again.deliveries.run_until_idle()
    changed = ranges.Ranges(again).changed()
    assert changed == {**before, int(numbers[0]) // 2: moment}
