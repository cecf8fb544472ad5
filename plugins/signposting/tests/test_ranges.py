"""The index of the sitemap names the files that hold something, and says when each changed last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from muniment.api import SYSTEM, AccessState, LogEntry, RecordItem, Repository
from muniment_signposting import ranges, sitemaps
from muniment_signposting.models import Range

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "SIZE", 4)


def told(repository: Repository) -> dict[int, str | None]:
    """The dates of all files by their numbers, once all events have come."""
    repository.deliveries.run_until_idle()
    root = ElementTree.fromstring(sitemaps.index(repository))
    return {
        int(entry.findtext(f"{SITEMAP}loc", "").rpartition("_")[2].removesuffix(".xml")): entry.findtext(
            f"{SITEMAP}lastmod"
        )
        for entry in root.iter(f"{SITEMAP}sitemap")
    }


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
    place = int(numbers[0]) // 4
    others = {at: date for at, date in told(repository).items() if at != place}

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
        assert dates.pop(place) == moment
        assert dates == others
    assert first.id != numbers[0]


@pytest.mark.plugins("signposting")
def test_a_file_without_records_is_not_named_until_there_are_some_again(
    repository: Repository, client: FlaskClient, make_record: Callable[..., RecordItem], ada: Any, administrator: Any
) -> None:
    records, numbers = repository.records, [int(make_record().id) for _ in range(4)]
    place = next(place for place in (1, 2) if sum(number // 4 == place for number in numbers) == 2)
    one, other = (number for number in numbers if number // 4 == place)

    def is_named() -> bool:
        found = place in told(repository)
        assert client.get(f"/sitemap_{place}.xml").status_code == (200 if found else 404)
        return found

    def open_to(who: str, number: int) -> None:
        records.change_access(ada.actor, str(number), lambda state: AccessState(who, who, state.parts))

    assert is_named()
    records.delete(administrator.actor, str(one))
    assert is_named()
    open_to("restricted", other)
    assert not is_named()
    open_to("public", other)
    assert is_named()
    records.delete(administrator.actor, str(other))
    assert not is_named()
    records.restore(administrator.actor, str(one))
    assert is_named()


@pytest.mark.plugins("signposting")
def test_a_record_that_comes_while_its_file_is_found_empty_is_seen(
    repository: Repository, make_record: Callable[..., RecordItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker, which has its event, finds the file as it should be, since this one has not written yet."""
    place = int(make_record().id) // 4
    repository.deliveries.run_until_idle()
    kept, looks = ranges.Ranges(repository), iter([False])
    look = kept.holds_any
    monkeypatch.setattr(kept, "holds_any", lambda number: next(looks, None) is None and look(number))
    kept._settle(place, False)
    assert kept._kept_as(place) is True


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
        kept._note(number // 4, repository.now() - timedelta(days=1))
    assert told(repository) == dates
    later()
    hidden = int(make_record(record_access="restricted", files_access="restricted").id)
    found = told(repository)
    assert found == dates
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
    assert before.keys() == {int(number) // 4 for number in numbers}
    with on.database.write() as unit:
        unit.session.execute(delete(Range).where(Range.number == int(numbers[0]) // 4))
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
    assert changed == {**before, int(numbers[0]) // 4: moment}
