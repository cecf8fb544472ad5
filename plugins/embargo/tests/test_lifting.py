"""Lifting: at the first minute of the day where the site is, whatever happened before, and once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from muniment.api import ANONYMOUS, SYSTEM, SearchRequest

pytestmark = pytest.mark.plugins("embargo")


def is_open(repository: Any, number: str) -> bool:
    data = repository.records.read(ANONYMOUS, number).data
    access = data["access"]
    assert (access["status"] == "open") == (access["files"] == "public") == ("entries" in data["files"])
    return access["status"] == "open"


def trail(repository: Any) -> list[Any]:
    return [entry for entry in repository.audit.entries() if entry.action.startswith("embargo.")]


def lifted_events(repository: Any) -> list[Any]:
    return [entry for entry in repository.events.read_after(0, 10_000) if entry.name == "embargo.lifted"]


def run_worker(repository: Any, clock: Any, until: str, **step: float) -> datetime | None:
    """Let a worker look every so often until a moment (UTC); returns when the job lifted something."""
    end = datetime.fromisoformat(until).replace(tzinfo=UTC)
    while clock.moment < end:
        clock.pass_by(**step)
        repository.jobs.run_due()
        if lifted_events(repository):
            return clock.moment
    return None


@pytest.mark.hook("register_jobs")
def test_everything_is_brought_up_to_date(repository: Any, clock: Any, embargoed: Any) -> None:
    number = embargoed("2027-03-03", reason="Thesis").id
    clock.at("2027-03-02 23:59")
    assert repository.jobs.run_now("embargo.lift") == "0 lifted"
    assert not is_open(repository, number)
    clock.at("2027-03-03 00:00")
    assert repository.jobs.run_now("embargo.lift") == "1 lifted"
    assert is_open(repository, number)
    access = repository.records.read(ANONYMOUS, number).data["access"]
    assert access["embargo"] == {"active": False, "until": "2027-03-03", "reason": "Thesis"}
    repository.search.wait_for(repository.events.last_id())
    found = repository.records.search(ANONYMOUS, SearchRequest(facets={"access_status": ("open",)}))
    assert [hit.id for hit in found.hits] == [number]
    assert [(event.key, event.payload) for event in lifted_events(repository)] == [
        (f"record:{number}", {"record_id": int(number), "early": False})
    ]
    (entry,) = trail(repository)
    assert (entry.action, entry.resource, entry.via) == ("embargo.lifted", f"record:{number}", "system")
    assert entry.details == {"until": ["2027-03-03", "2027-03-03"]}
    assert repository.jobs.run_now("embargo.lift") == "0 lifted"
    assert len(trail(repository)) == 1


def site_in(zone: str, before: str, opens: str, name: str) -> Any:
    """A site in a time zone, the day of an embargo there, and the moment at which it begins in UTC."""
    return pytest.param(zone, before, opens, id=name, marks=pytest.mark.configuration("site", timezone=zone))


@pytest.mark.parametrize(
    ("zone", "before", "opens"),
    [
        # Summer time begins on this day, two hours after midnight.
        site_in("America/New_York", "2027-03-14", "2027-03-14 05:00", "new-york-spring"),
        # …and ends on this one.
        site_in("America/New_York", "2027-11-07", "2027-11-07 04:00", "new-york-autumn"),
        site_in("Europe/Berlin", "2027-03-28", "2027-03-27 23:00", "berlin-spring"),
        site_in("Asia/Kathmandu", "2027-03-03", "2027-03-02 18:15", "quarters"),
        # The day begins at one o'clock: clocks skip its first hour.
        site_in("Africa/Cairo", "2027-04-30", "2027-04-29 22:00", "no-midnight"),
        site_in("Pacific/Auckland", "2027-03-03", "2027-03-02 11:00", "auckland"),
    ],
)
def test_it_is_the_first_minute_of_the_day_where_the_site_is(
    repository: Any, clock: Any, embargoed: Any, zone: str, before: str, opens: str
) -> None:
    number = embargoed(before).id
    repository.jobs.run_due()
    moment = datetime.fromisoformat(opens).replace(tzinfo=UTC)
    clock.moment = moment - timedelta(minutes=25)
    repository.jobs.run_due()
    assert run_worker(repository, clock, f"{moment + timedelta(hours=2):%Y-%m-%d %H:%M}", minutes=1) == moment
    assert moment.astimezone(ZoneInfo(zone)).date().isoformat() == before
    assert is_open(repository, number)


def test_what_was_missed_while_the_site_was_down_is_lifted_once_when_it_is_back(
    repository: Any, clock: Any, embargoed: Any, open_repository: Any
) -> None:
    numbers = [embargoed("2027-03-03").id, embargoed("2027-03-05").id]
    later = embargoed("2027-12-24").id
    repository.jobs.run_due()
    clock.at("2027-03-09 10:07")
    again = open_repository()
    again.database.now = clock
    assert again.jobs.run_due() >= 1
    assert [is_open(again, number) for number in (*numbers, later)] == [True, True, False]
    assert again.jobs.run_due() == 0
    assert len(lifted_events(again)) == len(trail(again)) == 2


def test_two_workers_lift_once(repository: Any, clock: Any, embargoed: Any, open_repository: Any) -> None:
    numbers = [embargoed("2027-03-03").id for _ in range(4)]
    clock.at("2027-03-03 00:00")
    workers = [open_repository() for _ in range(2)]
    begin = threading.Barrier(2)
    results: list[str] = []

    def work(worker: Any) -> None:
        worker.database.now = clock
        begin.wait()
        results.append(worker.jobs.run_now("embargo.lift"))

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(int(result.split()[0]) for result in results) == 4
    assert sorted(event.key for event in lifted_events(repository)) == sorted(f"record:{number}" for number in numbers)
    assert len(trail(repository)) == 4


def test_a_deleted_record_waits_until_it_is_brought_back(repository: Any, clock: Any, embargoed: Any) -> None:
    number = embargoed("2027-03-03").id
    repository.records.delete(SYSTEM, number, {"removal_reason": {"id": "test-record"}})
    clock.at("2027-03-03 00:00")
    assert repository.jobs.run_now("embargo.lift") == "0 lifted"
    repository.records.restore(SYSTEM, number)
    assert repository.jobs.run_now("embargo.lift") == "1 lifted"
    assert is_open(repository, number)


def test_an_open_draft_of_changes_is_lifted_too(repository: Any, clock: Any, ada: Any, embargoed: Any) -> None:
    number = embargoed("2027-03-03").id
    repository.records.edit(ada.actor, number)
    clock.at("2027-03-03 00:00")
    repository.jobs.run_now("embargo.lift")
    assert repository.records.read_draft(ada.actor, number).data["access"]["status"] == "open"
    assert repository.records.publish(ada.actor, number).data["access"]["status"] == "open"


def test_an_extension_that_is_not_published_yet_stays_in_its_draft(
    repository: Any, clock: Any, ada: Any, embargoed: Any
) -> None:
    number = embargoed("2027-03-03").id
    draft = repository.records.edit(ada.actor, number)
    draft.data["access"]["embargo"]["until"] = "2027-12-24"
    repository.records.update_draft(ada.actor, number, draft.data)
    clock.at("2027-03-03 00:00")
    repository.jobs.run_now("embargo.lift")
    assert is_open(repository, number)
    assert repository.records.publish(ada.actor, number).data["access"]["status"] == "embargoed"


def test_both_a_restricted_record_and_its_files_open(repository: Any, clock: Any, embargoed: Any) -> None:
    number = embargoed("2027-03-03", record_access="restricted").id
    clock.at("2027-03-03 00:00")
    repository.jobs.run_now("embargo.lift")
    assert is_open(repository, number)
