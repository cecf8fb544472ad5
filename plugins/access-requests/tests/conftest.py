"""A record whose files are closed, for which people may ask, and the letters that guests get."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from muniment.api import RecordItem, Repository
from muniment_requests.api import RequestService

TITLE = "Zyzzyva survey"


@pytest.fixture
def closed(make_record: Any, api: Any, ada: Any) -> RecordItem:
    """A public record of Ada's with restricted files; people and guests may ask for them, for 30 days."""
    record: RecordItem = make_record(TITLE, files_access="restricted", files={"beetles.csv": b"a,b\n1,2\n"})
    sent = {"allow_user_requests": True, "allow_guest_requests": True, "secret_link_expiration": 30}
    assert api.as_(ada).put(f"/api/records/{record.id}/access", json=sent).status_code == 200
    return record


@pytest.fixture
def requests(repository: Repository) -> RequestService:
    return RequestService(repository)


@pytest.fixture
def letters(mailbox: Path, run_jobs: Any) -> Callable[[], list[tuple[str, str]]]:
    """Delivers what is due; the receivers and plain texts of all letters, oldest first."""

    def read() -> list[tuple[str, str]]:
        run_jobs()
        found = []
        for file in sorted(mailbox.rglob("*.eml"), key=lambda one: one.stat().st_mtime_ns):
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            body = message.get_body(("plain",))
            found.append((str(message["To"]), body.get_content() if body else ""))
        return found

    return read


@pytest.fixture
def link_of() -> Callable[[str], str]:
    """The path in a letter."""

    def find(text: str) -> str:
        found = re.search(r"https?://[^/\s]+(/(?:access-requests|records)/\S+)", text)
        assert found, text
        return found[1]

    return find


@pytest.fixture
def later(repository: Repository) -> Callable[..., None]:
    """Moves the clock: `later(days=3)`."""
    start = repository.database.now

    def move(**duration: float) -> None:
        repository.database.now = lambda: start() + timedelta(**duration)  # type: ignore[method-assign]

    return move
