"""Personal access tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from muniment.errors import NotFound, ValidationFailed
from muniment.repository import Repository
from muniment.testing.people import Person
from muniment.users.models import AccessToken
from muniment.users.scopes import Scope
from muniment.users.tokens import sweep_tokens

START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def test_a_token_is_its_owner_and_is_not_stored(repository: Repository, ada: Person) -> None:
    token = repository.tokens.create(ada.subject, "laptop")
    actor = repository.tokens.resolve(token)
    assert actor is not None
    assert (actor.subject, actor.via, actor.scopes) == (
        ada.subject,
        "token",
        frozenset({"user:email", "deposit:write", "deposit:actions"}),
    )
    assert actor.labels == ada.actor.labels
    with repository.database.read() as session:
        (row,) = session.execute(select(AccessToken)).scalars()
    assert token not in (row.token_hash, row.name)


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "a" * 10_000])
def test_unknown_tokens_are_nobody(repository: Repository, token: str) -> None:
    assert repository.tokens.resolve(token) is None


def test_a_token_ends_on_its_day(repository: Repository, ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        token = repository.tokens.create(ada.subject, "short", expires=timedelta(days=30))
        clock.shift(timedelta(days=30, seconds=-1))
        assert repository.tokens.resolve(token) is not None
        clock.shift(2)
        assert repository.tokens.resolve(token) is None
        assert repository.tokens.of(ada.subject) == []
        with repository.database.write() as unit:
            assert sweep_tokens(unit) == 1


def test_no_token_lives_longer_than_a_year(repository: Repository, ada: Person) -> None:
    with time_machine.travel(START, tick=False):
        repository.tokens.create(ada.subject, "usual")
        assert repository.tokens.of(ada.subject)[0].expires == START + timedelta(days=365)
        for expires in (timedelta(days=366), timedelta(0), timedelta(days=-1), START):
            with pytest.raises(ValidationFailed) as caught:
                repository.tokens.create(ada.subject, "odd", expires=expires)
            assert [problem.field for problem in caught.value.errors] == ["expires"]


@pytest.mark.parametrize(
    ("name", "scopes", "field"),
    [
        ("", None, "name"),
        (None, None, "name"),
        ("x" * 101, None, "name"),
        ("a\x00b", None, "name"),
        ("ok", ["all"], "scopes"),
    ],
)
def test_wrong_input_is_named(
    repository: Repository, ada: Person, name: object, scopes: list[str] | None, field: str
) -> None:
    with pytest.raises(ValidationFailed) as caught:
        repository.tokens.create(ada.subject, name, scopes)
    assert [problem.field for problem in caught.value.errors] == [field]


@pytest.mark.parametrize("act", ["block", "deactivate"])
def test_tokens_of_a_closed_account_do_not_work_until_it_is_opened_again(
    repository: Repository, ada: Person, act: str
) -> None:
    token = repository.tokens.create(ada.subject, "laptop")
    getattr(repository.users, act)(ada.subject)
    assert repository.tokens.resolve(token) is None
    getattr(repository.users, {"block": "restore", "deactivate": "activate"}[act])(ada.subject)
    assert repository.tokens.resolve(token) is not None


def test_a_token_is_revoked_by_its_owner_only(repository: Repository, ada: Person, grace: Person) -> None:
    token = repository.tokens.create(ada.subject, "laptop")
    number = repository.tokens.of(ada.subject)[0].id
    with pytest.raises(NotFound):
        repository.tokens.revoke(grace.actor, grace.subject, number)
    assert repository.tokens.resolve(token) is not None
    repository.tokens.revoke(ada.actor, ada.subject, number)
    assert repository.tokens.resolve(token) is None
    with pytest.raises(NotFound):
        repository.tokens.revoke(ada.actor, ada.subject, number)


def test_use_is_noted_by_the_day(repository: Repository, ada: Person, sql_statements: list[str]) -> None:
    with time_machine.travel(START, tick=False):
        token = repository.tokens.create(ada.subject, "laptop")
        assert repository.tokens.of(ada.subject)[0].last_used is None
        repository.tokens.resolve(token)
        sql_statements.clear()
        repository.tokens.resolve(token)
        assert not [statement for statement in sql_statements if statement.startswith("UPDATE")]
        assert repository.tokens.of(ada.subject)[0].last_used == START.date()


@pytest.mark.parametrize(
    ("scopes", "changes"),
    [
        ((), False),
        (("user:email",), False),
        (("deposit:write",), True),
        (("deposit:actions", "user:email"), True),
    ],
)
def test_a_token_without_a_writing_scope_only_reads(
    repository: Repository, scopes: tuple[str, ...], changes: bool
) -> None:
    assert repository.tokens.may_change(frozenset(scopes)) is changes


@pytest.fixture
def probe(fake_plugin: Any) -> None:
    """A plugin with a scope for everybody, and one that only applications ask for."""
    fake_plugin(
        "probe",
        register_scopes=[Scope("probe:write", "Write probes", changes=True), Scope("id", "Know you", personal=False)],
    )


@pytest.mark.hook("register_scopes")
@pytest.mark.plugins("probe")
def test_scopes_of_plugins_are_offered_where_they_are_personal(
    probe: None, repository: Repository, ada: Person
) -> None:
    assert [scope.name for scope in repository.tokens.personal_scopes][-1] == "probe:write"
    assert "id" in repository.tokens.scopes
    assert repository.tokens.may_change({"probe:write"})
    assert not repository.tokens.may_change({"id", "gone:scope"})
    token = repository.tokens.create(ada.subject, "all of it")
    actor = repository.tokens.resolve(token)
    assert actor is not None
    assert actor.scopes is not None
    assert actor.scopes >= {"probe:write", "deposit:write"}
    with pytest.raises(ValidationFailed, match=r"no scope 'id'"):
        repository.tokens.create(ada.subject, "too much", ["id"])
