"""Whom a request concerns, and what is told when it ends soon."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from muniment_requests.api import Party, Request, RequestService
from muniment_requests.ending import remind_due

pytestmark = pytest.mark.plugins("requests", "probe")


def test_those_who_take_part_are_told(
    requests: RequestService, asked: Callable[..., Request], make_user: Any, ada: Any, grace: Any, administrator: Any
) -> None:
    moderator, friend = make_user("mod@example.org", roles=["moderator"]), make_user("friend@example.org")
    request = asked(to=Party("group", "moderator"))
    requests.change(ada.actor, request.id, {"reviewers": [{"user": str(friend.subject)}]})
    requests.conversation.comment(administrator.actor, request.id, "I look at it too.")
    found = requests.concerned(request.number)
    assert found is not None
    assert dict(found[1]) == {
        ada.subject: {"creator"},
        moderator.subject: {"receiver"},
        friend.subject: {"reviewer"},
        administrator.subject: {"speaker"},
    }
    draft = asked(type="question", submit=False)
    told = requests.concerned(draft.number)
    assert told is not None
    assert set(told[1]) == {ada.subject}, "nobody learns of what was not sent"
    assert requests.concerned(999) is None


def test_the_end_is_told_once(
    requests: RequestService, asked: Callable[..., Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    request, _short = asked(type="long"), asked()

    def told() -> list[str]:
        statement = text("SELECT payload FROM events WHERE name = 'requests.expiring'")
        with requests.database.read() as session:
            return [str(row[0]) for row in session.execute(statement)]

    assert (remind_due(requests), told()) == (1, []), "what is short from the start has no reminder"
    now = requests.database.now
    monkeypatch.setattr(requests.database, "now", lambda: now() + timedelta(days=24))
    assert (remind_due(requests), remind_due(requests)) == (1, 0)
    (payload,) = told()
    assert str(request.number) in payload
