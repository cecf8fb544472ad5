"""Signed-in browsers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from muniment.errors import NotFound
from muniment.repository import Repository
from muniment.testing.people import Person
from muniment.users.models import SessionRow
from muniment.users.sessions import sweep_sessions

DAY = 24 * 3600
START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def rows(repository: Repository) -> list[SessionRow]:
    with repository.database.read() as session:
        return list(session.execute(select(SessionRow)).scalars())


def test_a_session_is_found_by_its_secret_which_is_not_stored(repository: Repository, ada: Person) -> None:
    secret = repository.sessions.start(ada.subject, ip="192.0.2.1", user_agent="Firefox/145.0 (X11; Linux)")
    found = repository.sessions.resolve(secret)
    assert found is not None
    assert found.user.subject_id == ada.subject
    (row,) = rows(repository)
    assert secret not in (row.token_hash, row.ip, row.device)
    assert row.device == "Firefox 145 on Linux"
    assert repository.sessions.resolve(row.token_hash) is None


@pytest.mark.parametrize("secret", ["", "x", "\x00", "\ud800", "a" * 10_000])
def test_unknown_secrets_are_nobody(repository: Repository, secret: str) -> None:
    assert repository.sessions.resolve(secret) is None


def test_a_session_ends_thirty_days_after_the_last_activity(repository: Repository, ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        secret = repository.sessions.start(ada.subject)
        clock.shift(29 * DAY)
        assert repository.sessions.resolve(secret) is not None
        clock.shift(30 * DAY - 1)
        assert repository.sessions.resolve(secret) is not None
        clock.shift(30 * DAY + 1)
        assert repository.sessions.resolve(secret) is None
        with repository.database.write() as unit:
            assert sweep_sessions(unit) == 1
        assert rows(repository) == []


def test_a_session_ends_after_a_year_at_the_latest(repository: Repository, ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        secret = repository.sessions.start(ada.subject)
        for _ in range(18):
            clock.shift(20 * DAY)
            assert repository.sessions.resolve(secret) is not None
        clock.shift(5 * DAY + 1)
        assert repository.sessions.resolve(secret) is None


def test_reading_pages_does_not_write_each_time(repository: Repository, ada: Person, sql_statements: list[str]) -> None:
    with time_machine.travel(START, tick=False) as clock:
        secret = repository.sessions.start(ada.subject)
        sql_statements.clear()
        repository.sessions.resolve(secret)
        assert not [statement for statement in sql_statements if statement.startswith("UPDATE")]
        clock.shift(601)
        found = repository.sessions.resolve(secret)
        assert found is not None
        assert found.renewed
        assert rows(repository)[0].last_activity == repository.now()


def test_signing_in_again_gives_another_secret_and_ends_the_one_before_cve_2025_64100(
    repository: Repository, ada: Person
) -> None:
    planted = repository.sessions.start(ada.subject)
    secret = repository.sessions.start(ada.subject, replaces=planted)
    assert secret != planted
    assert repository.sessions.resolve(planted) is None
    assert repository.sessions.resolve(secret) is not None


def test_a_session_gets_another_secret_when_privileges_change_cve_2025_64100(
    repository: Repository, ada: Person
) -> None:
    before = repository.sessions.start(ada.subject)
    session = repository.sessions.resolve(before)
    assert session is not None
    after = repository.sessions.rotate(session)
    assert repository.sessions.resolve(before) is None
    renewed = repository.sessions.resolve(after)
    assert renewed is not None
    assert renewed.id == session.id


@pytest.mark.parametrize("act", ["block", "deactivate"])
def test_an_account_that_is_closed_is_signed_out_at_once(repository: Repository, ada: Person, act: str) -> None:
    secret = repository.sessions.start(ada.subject)
    getattr(repository.users, act)(ada.subject)
    assert repository.sessions.resolve(secret) is None
    with pytest.raises(NotFound):
        repository.sessions.start(ada.subject)


def test_a_role_that_is_given_or_taken_ends_the_sessions(repository: Repository, ada: Person) -> None:
    first = repository.sessions.start(ada.subject)
    repository.users.grant_role(ada.subject, "moderator")
    assert repository.sessions.resolve(first) is None
    second = repository.sessions.start(ada.subject)
    repository.users.revoke_role(ada.subject, "moderator")
    assert repository.sessions.resolve(second) is None


def test_devices_are_listed_and_signed_out_by_their_owner_only(
    repository: Repository, ada: Person, grace: Person
) -> None:
    here = repository.sessions.start(ada.subject, user_agent="Firefox/145.0 (X11; Linux)")
    repository.sessions.start(ada.subject, user_agent="curl/8.5")
    hers = repository.sessions.start(grace.subject)
    current = repository.sessions.resolve(here)
    other = repository.sessions.resolve(hers)
    assert current is not None
    assert other is not None
    devices = repository.sessions.devices(ada.subject, current.id)
    assert sorted((device.device, device.current) for device in devices) == [
        ("Firefox 145 on Linux", True),
        ("curl 8", False),
    ]
    with pytest.raises(NotFound):
        repository.sessions.end_device(ada.subject, other.id)
    assert repository.sessions.resolve(hers) is not None
    assert repository.sessions.end_others(ada.subject, keep=current.id) == 1
    repository.sessions.end_device(ada.subject, current.id)
    assert repository.sessions.resolve(here) is None


def test_signing_in_is_remembered_without_an_address(repository: Repository, ada: Person) -> None:
    repository.sessions.start(ada.subject, ip="192.0.2.1")
    first = repository.users.get(ada.subject).current_login_at
    repository.sessions.start(ada.subject, ip="192.0.2.1")
    user = repository.users.get(ada.subject)
    assert (user.login_count, user.last_login_at) == (2, first)
    assert not [name for name in user.__table__.columns.keys() if "ip" in name.split("_")]  # noqa: SIM118
