"""The end of an account: asked for, taken back, carried out; and that nothing of the person is left in any table."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from muniment.access.actor import ANONYMOUS
from muniment.db.base import Base
from muniment.errors import AuthenticationFailed, Conflict, NotFound, PermissionDenied, ValidationFailed
from muniment.events.models import EventRow
from muniment.privacy.events import UserErased
from muniment.privacy.job import sweep
from muniment.records.models import Parent
from muniment.records.requests import SearchRequest
from muniment.repository import Repository
from muniment.testing.people import PASSWORD, Person
from muniment.users.models import LinkedIdentity, Subject, User

NEEDLE = "zqneedle"


@pytest.fixture
def needle(repository: Repository, make_user: Callable[..., Person], make_record: Any, make_draft: Any) -> Person:
    """Somebody whose every field holds a word that occurs nowhere else, and who has used everything."""
    person = make_user(f"{NEEDLE}@example.org", full_name=f"{NEEDLE} Name")
    users, subject = repository.users, person.subject
    users.update_profile(
        person.actor,
        subject,
        {
            "affiliations": f"{NEEDLE} Institute",
            "username": f"{NEEDLE}_user",
            "theme": "dark",
            "timezone": "Asia/Tokyo",
        },
    )
    users.request_email_change(subject, f"{NEEDLE}-new@example.org", PASSWORD)
    users.grant_role(subject, "moderator")
    repository.sessions.start(subject, ip="192.0.2.99", user_agent=f"Mozilla/5.0 ({NEEDLE}) Firefox/140.0")
    repository.tokens.create(subject, f"{NEEDLE} token")
    users.one_time_link(subject, "invite")
    with repository.database.write() as unit:
        unit.session.add(
            LinkedIdentity(user_id=subject, issuer="https://id.example", subject=f"{NEEDLE}-id", created=unit.now)
        )
    repository.data_exports.request(person.actor, subject)
    make_draft(f"{NEEDLE} draft", actor=person.actor, files={f"{NEEDLE}.csv": b"a\n"})
    return person


def everything(repository: Repository) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables of the core and of plugins."""
    with repository.database.engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in Base.metadata.sorted_tables
        }


def ask(repository: Repository, person: Person) -> User:
    return repository.erasure.request(person.actor, person.subject, person.email)


class TestWhatIsLeft:
    def test_no_word_of_the_person_is_in_any_table(self, repository: Repository, needle: Person) -> None:
        assert NEEDLE in str(everything(repository)).lower()
        repository.erasure.erase(needle.subject)
        for name, rows in everything(repository).items():
            for row in rows:
                assert NEEDLE not in str(row).lower(), (name, row)
                assert "192.0.2.99" not in str(row), (name, row)

    def test_no_marked_column_names_the_person_but_where_the_empty_subject_is_kept(
        self, repository: Repository, needle: Person, make_record: Any
    ) -> None:
        """Structural: whatever table or column is added later is looked at, by its marks alone."""
        make_record(actor=needle.actor)
        repository.erasure.erase(needle.subject)
        kept = {category.id for category in repository.privacy.categories.values() if category.erase != "delete"}
        rows = everything(repository)
        looked_at = 0
        for table in Base.metadata.sorted_tables:
            subjects = {
                store.subject
                for _category, store in repository.privacy.owned_tables()
                if store.model.__tablename__ == table.name
            }
            for column in table.columns:
                mark = column.info.get("privacy")
                if mark is None or column.name not in subjects or mark in kept - {"user.deposits"}:
                    continue
                looked_at += 1
                assert needle.subject not in {row[column.name] for row in rows[table.name]}, f"{table}.{column.name}"
        assert looked_at > 8

    def test_every_table_with_a_foreign_key_to_accounts_declares_its_rows(self, repository: Repository) -> None:
        """Nothing that hangs on an account can be forgotten by the declarations."""
        declared = {store.model.__tablename__ for _category, store in repository.privacy.owned_tables()}
        for table in Base.metadata.sorted_tables:
            if any(key.column.table.name == "users" for key in table.foreign_keys):
                assert table.name in declared, table.name

    def test_the_files_of_the_person_are_gone(self, repository: Repository, needle: Person) -> None:
        assert list(repository.data_exports.folder.iterdir())
        repository.erasure.erase(needle.subject)
        assert list(repository.data_exports.folder.iterdir()) == []

    def test_the_number_is_never_used_again_and_audit_rows_keep_it(
        self, repository: Repository, needle: Person, make_user: Callable[..., Person]
    ) -> None:
        repository.erasure.erase(needle.subject)
        with repository.database.read() as session:
            assert session.get(Subject, needle.subject) is not None
            assert session.get(User, needle.subject) is None
        assert next(entry.action for entry in repository.audit.entries(f"user:{needle.subject}")) == "user.erase"
        assert make_user(f"{NEEDLE}@example.org").subject > needle.subject

    def test_others_lose_nothing(self, repository: Repository, needle: Person, ada: Person, make_record: Any) -> None:
        record = make_record()
        repository.tokens.create(ada.subject, "kept")
        repository.erasure.erase(needle.subject)
        assert repository.users.get(ada.subject).email == ada.email
        assert [token.name for token in repository.tokens.of(ada.subject)] == ["kept"]
        assert repository.records.read(ada.actor, record.id).data["parent"]["access"]["owned_by"] == {
            "user": str(ada.subject)
        }


class TestRecords:
    def test_published_records_stay_without_an_owner(
        self, repository: Repository, needle: Person, make_record: Any, administrator: Person
    ) -> None:
        record = make_record(actor=needle.actor)
        edited = make_record("Edited", actor=needle.actor)
        repository.records.edit(needle.actor, edited.id)
        draft = repository.records.new_version(needle.actor, record.id)
        repository.erasure.erase(needle.subject)
        for number in (record.id, edited.id):
            assert repository.records.read(ANONYMOUS, number).data["metadata"]["creators"]
            owner = repository.records.read(administrator.actor, number).data["parent"]["access"]["owned_by"]
            assert owner is None
        for number in (draft.id, edited.id):
            with pytest.raises(NotFound):
                repository.records.read_draft(administrator.actor, number)
        with repository.database.read() as session:
            assert set(session.execute(select(Parent.owner_subject)).scalars()) == {None}

    def test_an_heir_gets_them_and_finds_them(
        self, repository: Repository, needle: Person, ada: Person, make_record: Any
    ) -> None:
        record = make_record("Inherited moss", actor=needle.actor)
        repository.erasure.erase(needle.subject, heir=ada.subject)
        assert repository.records.read(ada.actor, record.id).data["parent"]["access"]["owned_by"] == {
            "user": str(ada.subject)
        }
        repository.search.wait_for(repository.events.last_id(), 10)
        found = repository.records.search_user(ada.actor, SearchRequest(q="moss"))
        assert [hit.id for hit in found.hits] == [record.id]
        repository.records.edit(ada.actor, record.id)

    def test_only_the_system_hands_records_over(self, repository: Repository, ada: Person, grace: Person) -> None:
        with pytest.raises(PermissionDenied):
            repository.records.leave(ada.actor, grace.subject, ada.subject)

    def test_what_would_go_and_stay_is_counted(self, repository: Repository, needle: Person, make_record: Any) -> None:
        make_record(actor=needle.actor)
        found = repository.erasure.consequences(needle.subject)
        assert (found.drafts, found.published) == (1, 1)


class TestWaiting:
    def test_the_account_cannot_be_used_and_ends_after_the_days(self, repository: Repository, ada: Person) -> None:
        with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as clock:
            secret = repository.sessions.start(ada.subject)
            token = repository.tokens.create(ada.subject, "laptop")
            assert ask(repository, ada).erase_at == datetime.fromisoformat("2026-03-08T08:00:00+00:00")
            assert repository.sessions.resolve(secret) is None
            assert repository.tokens.resolve(token) is None
            clock.shift(timedelta(days=7, seconds=-1))
            sweep(repository)
            assert repository.users.get(ada.subject)
            clock.shift(1)
            assert "accounts: 1" in sweep(repository)
            with pytest.raises(NotFound):
                repository.users.get(ada.subject)
            with pytest.raises(AuthenticationFailed):
                repository.users.authenticate(ada.email, ada.password)

    def test_signing_in_takes_it_back(self, repository: Repository, ada: Person, run_jobs: Callable[[], int]) -> None:
        with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as clock:
            token = repository.tokens.create(ada.subject, "laptop")
            ask(repository, ada)
            user = repository.users.authenticate(ada.email, ada.password)
            assert repository.sessions.resolve(repository.sessions.start(user)) is not None
            assert repository.tokens.resolve(token) is not None
            clock.shift(timedelta(days=30))
            sweep(repository)
            assert repository.users.get(ada.subject).erase_at is None
        assert repository.audit.entries(f"user:{ada.subject}")[0].action == "user.cancel_erasure"

    def test_others_do_not_see_the_account_while_it_waits(
        self, repository: Repository, ada: Person, grace: Person
    ) -> None:
        repository.users.update_profile(ada.actor, ada.subject, {"visibility": "public", "full_name": "Ada Lovelace"})
        assert repository.users.search(grace.actor, "lovelace").total == 1
        ask(repository, ada)
        assert repository.users.search(grace.actor, "lovelace").total == 0
        with pytest.raises(NotFound):
            repository.users.public_profile(grace.actor, ada.subject)

    @pytest.mark.parametrize("address", ["", None, "grace@example.org", 7])
    def test_the_address_has_to_be_typed(self, repository: Repository, ada: Person, address: Any) -> None:
        with pytest.raises(ValidationFailed) as refused:
            repository.erasure.request(ada.actor, ada.subject, address)
        assert [problem.field for problem in refused.value.errors] == ["address"]
        assert repository.users.get(ada.subject).erase_at is None

    def test_the_only_administrator_stays(self, repository: Repository, administrator: Person, ada: Person) -> None:
        with pytest.raises(Conflict, match="only account"):
            ask(repository, administrator)
        with pytest.raises(Conflict, match="only account"):
            repository.erasure.erase(administrator.subject)
        with pytest.raises(Conflict, match="only administrator"):
            repository.users.deactivate_self(administrator.actor, administrator.password)
        repository.users.grant_role(ada.subject, "administrator")
        ask(repository, administrator)

    def test_nobody_inherits_from_themselves(self, repository: Repository, ada: Person) -> None:
        with pytest.raises(Conflict):
            repository.erasure.erase(ada.subject, heir=ada.subject)
        with pytest.raises(NotFound):
            repository.erasure.erase(ada.subject, heir=4711)
        assert repository.users.get(ada.subject)


class TestMessages:
    def test_each_step_is_told(self, repository: Repository, ada: Person, run_jobs: Callable[[], int]) -> None:
        with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as clock:
            ask(repository, ada)
            run_jobs()
            (first,) = repository.mail.mailbox.glob("*erasure-requested*")
            assert "8 March 2026" in first.read_text()
            repository.sessions.start(repository.users.authenticate(ada.email, ada.password))
            run_jobs()
            assert len(list(repository.mail.mailbox.glob("*erasure-cancelled*"))) == 1
            ask(repository, ada)
            clock.shift(timedelta(days=7))
            sweep(repository)
            (last,) = repository.mail.mailbox.glob("*account-erased*")
            assert f"To: {ada.email}" in last.read_text()
        with repository.database.read() as session:
            names = session.execute(select(EventRow.name).order_by(EventRow.id)).scalars().all()
        assert names[-1] == UserErased.name

    def test_a_mail_server_that_is_away_puts_it_off_for_a_day(
        self, repository: Repository, ada: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_arguments: Any, **_more: Any) -> None:
            raise smtplib.SMTPServerDisconnected("gone")

        monkeypatch.setattr(repository.mail, "send", away)
        with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as clock:
            ask(repository, ada)
            clock.shift(timedelta(days=7, hours=1))
            sweep(repository)
            assert repository.users.get(ada.subject)
            clock.shift(timedelta(days=1))
            assert "accounts: 1" in sweep(repository)

    def test_one_that_cannot_be_deleted_keeps_no_other_from_it(
        self, repository: Repository, ada: Person, grace: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        leave = repository.records.leave

        def fails_for_ada(actor: Any, subject: int, heir: int | None = None) -> None:
            if subject == ada.subject:
                raise Conflict("not now")
            leave(actor, subject, heir)

        with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as clock:
            ask(repository, ada)
            ask(repository, grace)
            clock.shift(timedelta(days=8))
            monkeypatch.setattr(repository.records, "leave", fails_for_ada)
            assert "accounts: 1" in sweep(repository)
            monkeypatch.setattr(repository.records, "leave", leave)
            assert "accounts: 1" in sweep(repository)
        for person in (ada, grace):
            with pytest.raises(NotFound):
                repository.users.get(person.subject)
