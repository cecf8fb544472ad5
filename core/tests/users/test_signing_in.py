"""Proving who one is, and changing passwords."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from muniment.builtin.password.hashing import Hasher
from muniment.errors import AuthenticationFailed, TooManyRequests, ValidationFailed
from muniment.repository import Repository
from muniment.testing.people import Person
from muniment.users.links import LinkRefused
from muniment.users.models import LinkedIdentity, PasswordCredential
from muniment.users.signing_in import WRONG, SignInRefused

NEW = "quite another password"


def token_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["token"][0]


def test_address_and_user_name_both_sign_in(repository: Repository, ada: Person) -> None:
    repository.users.update_profile(ada.actor, ada.subject, {"username": "Lovelace"})
    for name in (ada.email, " ADA@example.org ", "lovelace"):
        assert repository.users.authenticate(name, ada.password).subject_id == ada.subject


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ada@example.org", "wrong password"),
        ("nobody@example.org", "wrong password"),
        ("nobody", "wrong password"),
        ("ada@example.org", ""),
        ("", "x"),
        (None, None),
        ({"$ne": ""}, ["x"]),
        ("ada@example.org\x00", "x"),
        ("\ud800@example.org", "\ud800"),
        ("ada@example.org", "x" * 100_000),
    ],
)
def test_account_and_password_are_refused_with_one_message(
    repository: Repository, ada: Person, name: object, password: object
) -> None:
    with pytest.raises(AuthenticationFailed) as caught:
        repository.users.authenticate(name, password, "192.0.2.1")
    assert caught.value.message == WRONG


def test_a_password_is_computed_for_unknown_accounts_too(
    repository: Repository, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time tells nothing, because the same work is done."""
    calls: list[str | None] = []
    verify = Hasher.verify

    def counted(self: Hasher, stored: str | None, password: str) -> bool:
        calls.append(stored)
        return verify(self, stored, password)

    monkeypatch.setattr(Hasher, "verify", counted)
    for name in (ada.email, "nobody@example.org"):
        with pytest.raises(AuthenticationFailed):
            repository.users.authenticate(name, "wrong password")
    assert [stored is None for stored in calls] == [False, True]


def test_failures_are_limited_by_account_and_by_network(repository: Repository, ada: Person) -> None:
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False) as clock:
        for number in range(5):
            with pytest.raises(AuthenticationFailed):
                repository.users.authenticate(ada.email, "wrong password", f"192.0.2.{number}")
        with pytest.raises(TooManyRequests):
            repository.users.authenticate(ada.email, ada.password, "198.51.100.1")
        clock.shift(60)
        assert repository.users.authenticate(ada.email, ada.password, "198.51.100.1")
        for number in range(20):
            with pytest.raises(AuthenticationFailed):
                repository.users.authenticate(f"nobody{number}@example.org", "wrong password", "203.0.113.9")
        with pytest.raises(TooManyRequests):
            repository.users.authenticate(ada.email, ada.password, "203.0.113.9")
        assert repository.users.authenticate(ada.email, ada.password, "198.51.100.1")


def test_signing_in_rightly_is_not_limited(repository: Repository, ada: Person) -> None:
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False):
        for _ in range(8):
            repository.users.authenticate(ada.email, ada.password, "192.0.2.1")


@pytest.mark.parametrize(("act", "reason"), [("block", "blocked"), ("deactivate", "inactive")])
def test_an_account_that_cannot_be_used_says_so_to_its_owner_only(
    repository: Repository, ada: Person, act: str, reason: str
) -> None:
    getattr(repository.users, act)(ada.subject)
    with pytest.raises(SignInRefused) as refused:
        repository.users.authenticate(ada.email, ada.password)
    assert refused.value.reason == reason
    with pytest.raises(AuthenticationFailed) as wrong:
        repository.users.authenticate(ada.email, "wrong password")
    assert wrong.value.message == WRONG


def test_a_hash_is_renewed_when_parameters_became_stronger(repository: Repository, ada: Person) -> None:
    weak = Hasher(time_cost=1, memory_cost=1024, parallelism=1).hash(ada.password)
    with repository.database.write() as unit:
        row = unit.session.get(PasswordCredential, ada.subject)
        assert row is not None
        row.password_hash = weak
    repository.users.passwords.hasher = Hasher(time_cost=2, memory_cost=2048, parallelism=1)  # type: ignore[attr-defined]
    repository.users.authenticate(ada.email, ada.password)
    with repository.database.read() as session:
        row = session.get(PasswordCredential, ada.subject)
        assert row is not None
        assert "m=2048,t=2" in row.password_hash
    assert repository.users.authenticate(ada.email, ada.password)


def test_a_forgotten_password_is_reset_by_mail_and_signs_out_all_devices(
    repository: Repository, ada: Person, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    session = repository.sessions.start(ada.subject)
    repository.users.forgot_password(ada.email, "192.0.2.1")
    run_jobs()
    (file,) = mailbox.glob("*reset-password*")
    token = next(line for line in file.read_text().splitlines() if "token=" in line and line.startswith("http"))
    repository.users.reset_password(token_of(token), NEW)
    assert repository.sessions.resolve(session) is None
    assert repository.users.authenticate(ada.email, NEW)
    with pytest.raises(LinkRefused):
        repository.users.reset_password(token_of(token), "a third password")
    run_jobs()
    assert list(mailbox.glob("*password-changed*"))


def test_forgetting_says_the_same_for_unknown_and_blocked_accounts(
    repository: Repository, ada: Person, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    repository.users.block(ada.subject)
    repository.users.forgot_password(ada.email)
    repository.users.forgot_password("nobody@example.org")
    run_jobs()
    assert not list(mailbox.glob("*"))


def test_a_refused_password_does_not_use_up_the_link(repository: Repository, ada: Person) -> None:
    token = token_of(repository.users.one_time_link(ada.subject, "reset-password"))
    with pytest.raises(ValidationFailed) as caught:
        repository.users.reset_password(token, "password")
    assert [problem.field for problem in caught.value.errors] == ["password"]
    repository.users.reset_password(token, NEW)


def test_changing_the_password_keeps_this_device_only(repository: Repository, ada: Person) -> None:
    here, there = repository.sessions.start(ada.subject), repository.sessions.start(ada.subject)
    current = repository.sessions.resolve(here)
    assert current is not None
    repository.users.change_password(ada.subject, ada.password, NEW, keep_session=current.id)
    assert repository.sessions.resolve(here) is not None
    assert repository.sessions.resolve(there) is None
    assert repository.users.authenticate(ada.email, NEW)


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [("wrong password", NEW, "current_password"), (None, NEW, "current_password"), ("right", "short", "new_password")],
)
def test_a_password_is_changed_by_its_owner_only(
    repository: Repository, ada: Person, current: object, new: str, field: str
) -> None:
    with pytest.raises(ValidationFailed) as caught:
        repository.users.change_password(ada.subject, current, new)
    assert [problem.field for problem in caught.value.errors] == [field]
    assert repository.users.authenticate(ada.email, ada.password)


def test_guessing_the_present_password_is_limited_too(repository: Repository, ada: Person) -> None:
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False):
        for _ in range(5):
            with pytest.raises(ValidationFailed):
                repository.users.change_password(ada.subject, "wrong password", NEW)
        with pytest.raises(TooManyRequests):
            repository.users.change_password(ada.subject, ada.password, NEW)


def test_an_identity_is_issuer_and_subject_and_never_an_address(
    repository: Repository, ada: Person, grace: Person
) -> None:
    """Dataverse once matched accounts of two providers by what they called themselves."""
    from sqlalchemy.exc import IntegrityError

    def link(user_id: int, issuer: str, subject: str) -> None:
        with repository.database.write() as unit:
            unit.session.add(LinkedIdentity(user_id=user_id, issuer=issuer, subject=subject, created=unit.now))

    link(ada.subject, "https://orcid.org", "0000-0002-1825-0097")
    link(grace.subject, "https://github.com", "0000-0002-1825-0097")
    with pytest.raises(IntegrityError):
        link(grace.subject, "https://orcid.org", "0000-0002-1825-0097")
    assert not {"email", "email_key"} & set(LinkedIdentity.__table__.columns.keys())
