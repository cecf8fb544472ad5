"""Deleted accounts stay deleted when the database becomes older."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from muniment.access.actor import SYSTEM
from muniment.errors import ConfigurationError, NotFound
from muniment.events.models import EventRow
from muniment.privacy.ledger import Erasure, ErasureLedger, erase_again
from muniment.records.requests import SearchRequest
from muniment.repository import Repository
from muniment.testing.people import Person
from muniment.users.models import User

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def ledger(repository: Repository) -> ErasureLedger:
    return ErasureLedger.of(repository.instance)


class TestTheFile:
    def test_an_erased_account_is_remembered_by_its_number_alone(
        self, repository: Repository, ada: Person, grace: Person, ledger: ErasureLedger, run_jobs: Any
    ) -> None:
        repository.erasure.erase(ada.subject, heir=grace.subject)
        run_jobs()
        (entry,) = ledger.entries()
        assert (entry.subject, entry.heir) == (ada.subject, grace.subject)
        assert abs(repository.now() - entry.erased) < timedelta(minutes=1)
        assert "ada" not in ledger.path.read_text().lower()
        assert ledger.path.stat().st_mode & 0o077 == 0

    def test_an_event_that_is_delivered_twice_is_one_line(
        self, repository: Repository, ada: Person, ledger: ErasureLedger, run_jobs: Any
    ) -> None:
        repository.erasure.erase(ada.subject)
        run_jobs()
        assert ledger.add(ledger.entries()) == 0
        assert len(ledger.path.read_text().splitlines()) == 1

    def test_what_a_crash_left_of_a_line_is_written_again(self, tmp_path: Path) -> None:
        found = ErasureLedger(tmp_path / "ledger" / "erasures.jsonl")
        assert found.add([Erasure(1, NOW), Erasure(2, NOW, 7)]) == 2
        whole = found.path.read_bytes()
        found.path.write_bytes(whole[:-10])
        assert [entry.subject for entry in found.entries()] == [1]
        assert found.add([Erasure(2, NOW, 7)]) == 1
        assert found.path.read_bytes() == whole

    @pytest.mark.parametrize("line", ["nonsense", '{"subject": 1}', '{"subject": 1, "erased": "2026-01-01"}', "[1]"])
    def test_a_line_that_cannot_be_read_is_named(self, tmp_path: Path, line: str) -> None:
        found = ErasureLedger(tmp_path / "erasures.jsonl")
        found.path.write_bytes(Erasure(1, NOW).to_line() + line.encode() + b"\n")
        with pytest.raises(ConfigurationError, match=r"erasures\.jsonl: line 2"):
            found.entries()

    @pytest.mark.configuration("privacy", ledger="../elsewhere/erasures.jsonl")
    def test_it_can_lie_on_another_disk(
        self, repository: Repository, ada: Person, run_jobs: Any, tmp_path: Path
    ) -> None:
        repository.erasure.erase(ada.subject)
        run_jobs()
        assert len(ErasureLedger(tmp_path / "elsewhere" / "erasures.jsonl").entries()) == 1


class TestStarting:
    """As with a database that is older: the ledger names accounts that are there."""

    def test_accounts_that_came_back_are_deleted_again(
        self, repository: Repository, ada: Person, grace: Person, make_record: Any, make_draft: Any, ledger: Any
    ) -> None:
        record = make_record("Stays")
        draft = make_draft("Goes")
        repository.sessions.start(ada.subject, ip="192.0.2.1", user_agent="x")
        ledger.add([Erasure(ada.subject, repository.now(), grace.subject), Erasure(999_999, repository.now())])
        assert erase_again(repository) == 1
        with pytest.raises(NotFound):
            repository.users.get(ada.subject)
        with pytest.raises(NotFound):
            repository.records.read_draft(SYSTEM, draft.id)
        mine = repository.records.search(grace.actor, SearchRequest(q="Stays"))
        assert [hit.id for hit in mine.hits] == [record.id]
        assert repository.records.count_uploads(grace.subject)["published"] == 1
        assert erase_again(repository) == 0

    def test_an_heir_who_is_not_there_inherits_nothing(
        self, repository: Repository, ada: Person, ledger: ErasureLedger
    ) -> None:
        ledger.add([Erasure(ada.subject, repository.now(), 999_999)])
        assert erase_again(repository) == 1

    def test_somebody_else_with_the_same_number_stays(
        self, repository: Repository, ada: Person, ledger: ErasureLedger
    ) -> None:
        """After a restore, numbers that were given since the backup are given again."""
        ledger.add([Erasure(ada.subject, repository.now() - timedelta(hours=1))])
        assert erase_again(repository) == 0
        assert repository.users.get(ada.subject)

    def test_the_only_administrator_stays(
        self, repository: Repository, administrator: Person, ledger: ErasureLedger
    ) -> None:
        ledger.add([Erasure(administrator.subject, repository.now())])
        assert erase_again(repository) == 0
        assert repository.users.get(administrator.subject)

    def test_an_event_of_the_past_has_a_time(self, repository: Repository, ada: Person, run_jobs: Any) -> None:
        """Events that an earlier version wrote have none: the account is gone and was before the ledger."""
        repository.erasure.erase(ada.subject)
        with repository.database.write() as unit:
            unit.session.execute(
                update(EventRow).where(EventRow.name == "user.erased").values(payload={"subject_id": ada.subject})
            )
        run_jobs()
        assert len(ErasureLedger.of(repository.instance).entries()) == 1

    def test_served_sites_and_workers_look_first(
        self, repository: Repository, ada: Person, ledger: ErasureLedger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from muniment.web import server

        asked: list[int] = []

        def stop(found: Repository, **_: Any) -> None:
            with found.database.read() as session:
                asked.append(session.query(User).filter(User.subject_id == ada.subject).count())
            found.close()
            raise KeyboardInterrupt

        ledger.add([Erasure(ada.subject, repository.now())])
        monkeypatch.setattr("muniment.web.generations.RepositoryGenerations", stop)
        with pytest.raises(KeyboardInterrupt):
            server.build_application(repository.instance)
        assert asked == [0]
