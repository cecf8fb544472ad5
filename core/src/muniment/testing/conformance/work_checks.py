"""Work in the background: jobs and event handlers can be repeated, have a limit, and carry the plugin's name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import DateTime, select

from muniment.db.types import UTCDateTime
from muniment.errors import MunimentError
from muniment.events.event import Event
from muniment.events.outbox import LogEntry
from muniment.jobs.declarations import EventHandler, RetryLater
from muniment.plugins.installed import InstalledPlugin
from muniment.repository import Repository
from muniment.testing.conformance.bench import Bench
from muniment.testing.conformance.checks import Checks
from muniment.testing.conformance.table_checks import own_tables
from muniment.testing.documents import document

#: Longer than this nobody waits before a job that was lost may start again.
_LONGEST = timedelta(days=1)


class WorkChecks(Checks):
    """Jobs and event handlers."""

    def test_jobs_carry_its_name_and_can_be_repeated(self, bench: Bench) -> None:
        """A job is run by one process at a time: two runs one after the other are what it can meet."""
        for job in bench.contributions("register_jobs"):
            assert job.name.startswith(f"{self.plugin}."), f"the job {job.name} must be called {self.plugin}.…"
            assert job.title, f"{job.name} needs a title for operators"
            assert job.timeout <= _LONGEST, f"{job.name} may run for {job.timeout} before it counts as lost"
            for _ in range(2):
                result = job.function(bench.enabled)
                assert isinstance(result, str), f"{job.name} returns {result!r}, not a short text for operators"

    def test_handlers_follow_events_that_exist(self, bench: Bench, installed: InstalledPlugin) -> None:
        installed.load()
        known = {event.name for event in _subclasses(Event)}
        elsewhere = tuple(f"{name}." for name in (*installed.manifest.requires, *installed.manifest.uses))
        for handler in bench.contributions("register_event_handlers"):
            assert handler.name.startswith(f"{self.plugin}."), f"{handler.name} must be called {self.plugin}.…"
            unknown = [name for name in handler.events if name not in known and not name.startswith(elsewhere)]
            assert unknown == [], f"{handler.name} follows events that nobody emits"

    def test_handlers_can_be_repeated(self, repository: Repository, installed: InstalledPlugin) -> None:
        """An event is delivered at least once: the second time changes nothing in the plugin's tables."""
        enabled = self.enabled_on(repository)
        found = enabled.hooks.contributions("register_event_handlers")
        handlers = [item.value for item in found if item.plugin == self.plugin]
        if not handlers:
            return
        _life_of_a_record(Bench(repository, self.plugin))
        for handler in handlers:
            for entry in [entry for entry in enabled.events.read_after(0) if entry.name in handler.events]:
                if not _call(handler, enabled, entry):
                    continue
                first, emitted = _rows(enabled, installed), _last_event(enabled)
                assert _call(handler, enabled, entry), f"{handler.name} fails when {entry.name} is delivered again"
                assert _rows(enabled, installed) == first, f"{handler.name} does its work for {entry.name} twice"
                assert _last_event(enabled) == emitted, f"{handler.name} emits events for {entry.name} twice"


def _call(handler: EventHandler, repository: Repository, entry: LogEntry) -> bool:
    """Whether the handler did its work; one that asks to wait, or refuses with a message, did not."""
    try:
        handler.function(repository, entry)
    except (RetryLater, MunimentError):
        return False
    return True


def _life_of_a_record(bench: Bench) -> None:
    """Make, publish, edit, delete and restore a record, so that there are events to follow."""
    records, owner, administrator = bench.enabled.records, bench.owner.actor, bench.administrator.actor
    number = records.publish(owner, records.create(owner, document("Followed")).id).id
    records.edit(owner, number)
    records.publish(owner, number)
    records.create(owner, document("Left as a draft"))
    gone = records.publish(owner, records.create(owner, document("Deleted and brought back")).id).id
    records.delete(administrator, gone, {"removal_reason": {"id": "duplicate"}})
    records.restore(administrator, gone)


def _rows(repository: Repository, installed: InstalledPlugin) -> dict[str, Any]:
    """What the plugin's tables hold, but for points in time."""
    with repository.database.read() as session:
        found = {}
        for table in own_tables(installed):
            columns = [column for column in table.columns if not isinstance(column.type, (UTCDateTime, DateTime))]
            rows = session.execute(select(*columns).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
        return found


def _last_event(repository: Repository) -> int:
    return repository.events.last_id()


def events_in(package: str) -> Iterator[type[Event]]:
    """The events that modules of a package declare, as far as they are imported."""
    for event in _subclasses(Event):
        if event.__module__.partition(".")[0] == package and event.name:
            yield event


def _subclasses(kind: type[Event]) -> Iterator[type[Event]]:
    for found in kind.__subclasses__():
        yield found
        yield from _subclasses(found)
