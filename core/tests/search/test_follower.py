"""Following the log: batches, documents that cannot be indexed, outages, rebuilds on the leader's own account."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from muniment.search import lead
from muniment.search.embedded import EmbeddedBackend
from muniment.search.follower import Follower
from muniment.search.lead import Lead
from muniment.search.port import IndexDocument
from muniment.search.query.core_fields import CORE_FIELDS
from muniment.search.query.field import FieldMap, Kind, SearchField
from muniment.search.rebuild import build
from muniment.search.set_aside import SetAside
from muniment.testing.search_documents import Searched, index_document
from muniment.testing.search_measuring import MemoryLog


class Source(MemoryLog):
    """A log that can fail."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []
        self.outage = False
        self.first = 0

    def index_documents(self, keys: Iterable[str]) -> dict[str, IndexDocument | None]:
        wanted = list(keys)
        self.asked.append(wanted)
        if self.outage:
            raise OperationalError("SELECT", {}, ConnectionError("the database is away"))
        return super().index_documents(wanted)

    def first_id(self) -> int:
        return self.first or super().first_id()


class Site:
    def __init__(self, root: Path) -> None:
        self.log = Source()
        self.fields = CORE_FIELDS
        self.backend = EmbeddedBackend(root, lambda: self.fields, 15_000_000)
        self.set_aside = SetAside(root / "set-aside.json")
        self.follower = Follower(self.backend, lambda: self.log, self.set_aside, self.rebuild)
        self.rebuilds = 0

    def rebuild(self, stopping: Callable[[], bool]) -> None:
        self.rebuilds += 1
        build(self.backend, self.log, self.set_aside, stopping=stopping)

    def publish(self, *documents: IndexDocument) -> int:
        for document in documents:
            last = self.log.publish(document)
        self.backend.nudge()
        return last

    def wait_for(self, event: int) -> None:
        self.wait_until(lambda: self.backend.state.position >= event)

    @staticmethod
    def wait_until(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.005)

    def found(self, query: str = "") -> set[int]:
        return Searched(self.backend).found(query)

    def close(self) -> None:
        self.follower.stop()
        self.backend.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path / "index")
    yield site
    site.close()


@pytest.fixture
def following(site: Site) -> Site:
    site.follower.start()
    site.wait_until(lambda: site.backend.state.generation > 0)
    return site


def poison(number: int) -> IndexDocument:
    """A document whose number cannot be a number of the index."""
    document = index_document(number)
    return IndexDocument(f"record:{2**70}", "x", "y", "record", document.labels, True, False, document.body)


def test_changes_of_drafts_wait_for_one_another_but_no_record_waits_for_them(
    following: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lead, "DRAFT_SECONDS", 60.0)
    for number in (1, 2):
        following.publish(index_document(number, kind="draft"))
        time.sleep(0.02)  # each of them calls the leader
    last = following.publish(index_document(3))
    following.wait_for(last)
    assert len(following.log.asked) == 1  # one batch, so that the record did not wait for an earlier one
    monkeypatch.setattr(lead, "DRAFT_SECONDS", 0.02)
    following.wait_for(following.publish(index_document(4, kind="draft")))  # at last it comes by itself
    assert following.found() == {3}
    assert len(following.log.asked) == 2


def test_others_can_let_it_go_first(following: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    writing, go_on = threading.Event(), threading.Event()
    asked = following.log.index_documents

    def slowly(keys: Iterable[str]) -> Any:
        writing.set()
        go_on.wait(20)
        return asked(keys)

    monkeypatch.setattr(following.log, "index_documents", slowly)
    assert following.follower.resting.wait(20)
    last = following.publish(index_document(1))
    assert writing.wait(20)
    assert not following.follower.resting.wait(0.01)  # nor does an index that hangs hold up anybody for longer
    go_on.set()
    following.wait_for(last)
    assert following.follower.resting.wait(20)
    following.follower.stop()
    assert following.follower.resting.is_set()


def test_many_events_become_one_batch_and_each_document_is_read_once(site: Site) -> None:
    for _ in range(20):
        site.log.publish(index_document(1))
    site.log.publish(index_document(2))
    site.follower.start()
    site.wait_for(21)
    assert site.found() == {1, 2}
    assert all(len(keys) == len(set(keys)) for keys in site.log.asked)


def test_documents_appear_disappear_and_follow_their_drafts(following: Site) -> None:
    following.wait_for(following.publish(index_document(1), index_document(1, kind="draft", labels={"subject:1"})))
    assert following.found() == {1}
    del following.log.documents["record:1"]
    following.wait_for(following.publish(index_document(1, kind="draft")))
    assert following.found() == set()


def test_a_document_that_cannot_be_indexed_is_set_aside_and_holds_up_nothing(following: Site) -> None:
    with capture_logs() as logs:
        event = following.publish(index_document(1), poison(2), index_document(3))
        following.wait_for(event)
    assert following.found() == {1, 3}
    (entry,) = following.set_aside.entries()
    assert entry.key == f"record:{2**70}"
    assert "Error" in entry.error
    assert {"event": "search_document_set_aside", "key": entry.key}.items() <= logs[-1].items()
    tries = [keys for keys in following.log.asked if keys == [entry.key]]
    assert len(tries) == 3


def test_what_was_set_aside_is_taken_off_the_list_when_it_works(following: Site) -> None:
    document = poison(2)
    following.wait_for(following.publish(document))
    assert len(following.set_aside.entries()) == 1
    del following.log.documents[document.key]
    following.log.entries.append(following.log.entries[-1].__class__(2, document.key))
    following.backend.nudge()
    following.wait_until(lambda: following.set_aside.entries() == [])


def test_an_outage_of_the_database_sets_nothing_aside(following: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muniment.jobs.threads.PAUSE_SECONDS", 0.05)
    following.log.outage = True
    with capture_logs() as logs:
        event = following.publish(index_document(1))
        following.wait_until(lambda: len(following.log.asked) >= 3)
    assert following.set_aside.entries() == []
    following.log.outage = False
    following.wait_for(event)
    assert following.found() == {1}
    assert logs[0]["event"] == "search_follower_failed"


def test_events_about_other_things_cost_no_commit(following: Site) -> None:
    event = following.publish(index_document(1))
    following.wait_for(event)
    generation = following.backend.state.generation
    following.log.entries.append(following.log.entries[-1].__class__(event + 1, "user:5"))
    following.backend.nudge()
    following.wait_for(event + 1)
    assert following.backend.state.generation == generation
    following.follower.stop()
    leadership = following.backend.lead()
    assert leadership is not None
    assert leadership.position == event + 1
    leadership.release()


@pytest.mark.parametrize("damage", ["nothing there", "no pointer", "another version", "broken file"])
def test_a_missing_or_unreadable_index_is_built_again(site: Site, damage: str) -> None:
    site.follower.start()
    site.wait_for(site.publish(index_document(1)))
    site.follower.stop()
    folder = site.backend.folder
    current = folder.current()
    assert current is not None
    if damage == "nothing there":
        for file in [*current.iterdir(), *[path for path in folder.root.iterdir() if path.is_file()]]:
            file.unlink()
    elif damage == "no pointer":
        folder.current_path.unlink()
    elif damage == "another version":
        (current / "layout.json").write_bytes(b'{"version": 0}')
    else:
        (current / "meta.json").write_bytes(b"{")
    site.follower.start()
    site.wait_until(lambda: site.rebuilds == 2 and folder.current() not in (None, current))
    site.wait_for(site.publish(index_document(2)))
    assert site.found() == {1, 2}


@pytest.mark.parametrize("case", ["restored database", "events removed"])
def test_an_index_that_does_not_fit_the_log_is_built_again(site: Site, case: str) -> None:
    site.follower.start()
    for number in range(1, 6):
        event = site.publish(index_document(number))
    site.wait_for(event)
    site.follower.stop()
    if case == "restored database":
        del site.log.entries[2:]
        for number in (3, 4, 5):
            del site.log.documents[f"record:{number}"]
    else:
        site.log.publish(index_document(9))
        site.log.entries = [*site.log.entries, *[site.log.entries[-1].__class__(n, "record:9") for n in range(7, 20)]]
        site.log.first = 15
    site.follower.start()
    site.wait_until(lambda: site.rebuilds == 2)
    expected = {1, 2} if case == "restored database" else {1, 2, 3, 4, 5, 9}
    site.wait_until(lambda: site.found() == expected)


def test_a_field_that_a_plugin_adds_is_filled_beside_the_running_index(following: Site) -> None:
    field = SearchField(
        "custom_fields.code:language", Kind.KEYWORD, ("code.language",), path=("custom_fields", "code:language")
    )
    following.wait_for(following.publish(index_document(1, custom_fields={"code:language": "Rust"})))
    assert following.found("rust") == {1}
    assert not following.backend.holds(field.name)
    following.fields = FieldMap([*CORE_FIELDS.fields.values(), field])
    following.backend.nudge()
    following.wait_until(lambda: following.backend.holds(field.name))
    assert following.found() == {1}
    event = following.publish(index_document(2))
    following.wait_for(event)
    assert following.found() == {1, 2}


def test_stopping_gives_up_the_lead(following: Site) -> None:
    assert following.backend.lead() is None
    following.follower.stop()
    leadership = following.backend.lead()
    assert leadership is not None
    leadership.release()


def test_a_candidate_that_cannot_be_caught_up_is_refused(following: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    following.wait_for(following.publish(index_document(1)))
    following.follower.stop()
    build(following.backend, following.log, following.set_aside)
    leadership = following.backend.lead()
    assert leadership is not None
    lead = Lead(leadership, lambda: following.log, following.set_aside)
    monkeypatch.setattr("muniment.search.lead.catch_up", _fail)
    with pytest.raises(ZeroDivisionError):
        lead.adopt_offered()
    assert leadership.candidate() is None
    assert following.found() == {1}
    leadership.release()


def _fail(*_: object) -> None:
    raise ZeroDivisionError
