"""What is refused at the door is in the audit trail, in words that hold nothing of what was sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from muniment.audit import refusals
from muniment.errors import MunimentError, StorageFull
from muniment.repository import Repository
from muniment.testing.people import Person
from muniment.users.links import RESET_PASSWORD

GUESS = "a guessed secret that is wrong"

Told = Callable[[], list[tuple[str, str, str]]]


@pytest.fixture
def told(repository: Repository, ada: Person) -> Told:
    """Action, resource and reason of what was refused since the last look, the oldest first."""
    seen: set[int] = {entry.id for entry in repository.audit.entries()}

    def look() -> list[tuple[str, str, str]]:
        new = [entry for entry in reversed(repository.audit.entries()) if entry.id not in seen]
        seen.update(entry.id for entry in new)
        assert GUESS not in str([entry.details for entry in new])
        return [(entry.action, entry.resource, entry.details.get("reason", "")) for entry in new]

    return look


def attempt(act: Callable[..., Any], *args: Any) -> None:
    with pytest.raises(MunimentError):
        act(*args)


def test_wrong_passwords(repository: Repository, ada: Person, administrator: Person, told: Told) -> None:
    users, mine = repository.users, f"user:{ada.subject}"
    told()
    for name in (ada.email, "nobody@example.org"):
        attempt(users.authenticate, name, GUESS, "192.0.2.1")
    attempt(users.confirm_password, ada.subject, GUESS)
    assert told() == [
        ("user.sign_in_refused", mine, "wrong"),
        ("user.sign_in_refused", "user:none", "wrong"),
        ("user.password_refused", mine, "wrong"),
    ]
    for _ in range(5):
        attempt(users.authenticate, ada.email, GUESS)
    assert told() == [("user.sign_in_refused", mine, "throttled")]
    users.block(ada.subject, administrator.actor)
    told()
    repository.database.now = lambda now=repository.database.now: now() + timedelta(minutes=2)  # type: ignore[misc]
    attempt(users.authenticate, ada.email, ada.password)
    assert told() == [("user.sign_in_refused", mine, "blocked")]


def test_addresses_that_are_tried_out(repository: Repository, ada: Person, told: Told) -> None:
    for email in (ada.email, "nobody@example.org"):
        repository.users.forgot_password(email)
    assert told() == [("user.reset_requested", f"user:{ada.subject}", ""), ("user.reset_refused", "user:none", "")]
    repository.users.register(ada.email, "quite another password")
    assert told() == [("user.sign_up_refused", f"user:{ada.subject}", "exists")]


def test_links_that_are_wrong_over_or_used(repository: Repository, ada: Person, told: Told) -> None:
    users, mine = repository.users, f"user:{ada.subject}"
    link = users.one_time_link(ada.subject, RESET_PASSWORD).partition("token=")[2]
    users.reset_password(link, "quite another password")
    late = users.one_time_link(ada.subject, RESET_PASSWORD).partition("token=")[2]
    told()
    attempt(users.confirm, GUESS)
    attempt(users.confirm_email_change, late)
    attempt(users.reset_password, link, "quite another password")
    repository.database.now = lambda now=repository.database.now: now() + timedelta(hours=3)  # type: ignore[misc]
    attempt(users.check_link, late, RESET_PASSWORD)
    assert told() == [
        ("user.link_refused", "user:none", "unknown"),
        ("user.link_refused", mine, "used"),
        ("user.link_refused", mine, "expired"),
    ]


def test_tokens_that_do_not_work(repository: Repository, ada: Person, told: Told, client: Any) -> None:
    token = repository.tokens.create(ada.subject, "Mine", expires=timedelta(days=1))
    number = repository.tokens.of(ada.subject)[0].id
    told()

    def ask(secret: str) -> int:
        return int(client.get("/api/me", headers={"Authorization": f"Bearer {secret}"}).status_code)

    assert [ask(token), ask(GUESS), ask(GUESS)] == [200, 401, 401]
    repository.database.now = lambda now=repository.database.now: now() + timedelta(days=2)  # type: ignore[misc]
    assert ask(token) == 401
    assert told() == [("token.refused", "token:none", "unknown"), ("token.refused", f"token:{number}", "expired")]


def test_who_guesses_fills_no_trail(
    repository: Repository, told: Told, monkeypatch: pytest.MonkeyPatch, ada: Person
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(refusals.time, "monotonic", lambda: clock[0])
    for _ in range(3):
        for number in range(refusals.MOST + 10):
            repository.audit.refused("probe.refused", f"probe:{number}", reason="wrong")
    repository.audit.refused("probe.other", "probe:1", reason="wrong")
    assert len(told()) == refusals.MOST + 1
    clock[0] += refusals.SPAN
    repository.audit.refused("probe.refused", "probe:1", ada.actor, reason="wrong", key="another", detail="told")
    entry = repository.audit.entries()[0]
    assert (entry.subject_id, entry.details) == (ada.subject, {"reason": "wrong", "detail": "told"})


def test_nobody_is_let_in_or_kept_out_because_it_cannot_be_written(
    repository: Repository, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> Any:
        raise StorageFull()

    with monkeypatch.context() as patched:
        patched.setattr(repository.database, "write", full)
        repository.audit.refused("probe.refused", "probe:1", reason="wrong")
    assert told() == []
