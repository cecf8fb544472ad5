"""Who hears of what: once, after the transaction, and never of their own doings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import Repository

pytestmark = pytest.mark.plugins("notifications", "probe")


def texts(plugin: Any, person: Any, **more: Any) -> list[str]:
    return [one.text for one in plugin.reading.list(person.subject, **more)[0]]


@pytest.mark.hook("register_notification_types", "register_event_handlers")
def test_people_are_told_once_and_not_of_their_own_doings(
    plugin: Any, happen: Callable[..., None], ada: Any, grace: Any
) -> None:
    happen(ada, grace, cause=grace.subject, types=["probe.news", "probe.gossip"])
    assert texts(plugin, ada) == ["“A thing” was made by Nobody"]
    assert texts(plugin, grace) == []


def test_an_event_that_comes_twice_is_told_once(repository: Repository, plugin: Any, happen: Any, ada: Any) -> None:
    from muniment_notifications.writing import Writer

    happen(ada)
    entry = next(one for one in repository.events.read_after(0) if one.name == "probe.happened")
    Writer(repository).follow(entry)
    assert len(texts(plugin, ada)) == 1


def test_a_type_that_fails_keeps_no_other_from_telling(plugin: Any, repository: Repository, ada: Any) -> None:
    from muniment.api import LogEntry, NotificationType, PluginFailure
    from muniment_notifications.writing import Writer

    writer = Writer(repository)
    broken = NotificationType("probe.broken", "Broken", "Probe", ("probe.happened",), lambda *_: 1 // 0)  # type: ignore[arg-type, return-value]
    writer.choices.__dict__["types"] = {"probe.broken": broken, **writer.choices.types}
    payload = {"to": [ada.subject], "title": "A thing", "path": "/help", "cause": None, "types": ["probe.news"]}
    payload["words"] = {"person": "Nobody"}
    with pytest.raises(PluginFailure, match="ZeroDivisionError"):
        writer.follow(LogEntry(7, "probe.happened", "probe", payload))
    assert len(texts(plugin, ada)) == 1


def test_nobody_is_told_whose_account_cannot_be_used(
    repository: Repository, plugin: Any, happen: Any, ada: Any
) -> None:
    repository.users.deactivate(ada.subject)
    happen(ada)
    assert texts(plugin, ada) == []


def test_what_somebody_does_not_want_on_the_site_is_not_there(plugin: Any, happen: Any, ada: Any) -> None:
    plugin.choices.change(ada.actor, ada.subject, {"probe.news": {"site": "off"}})
    happen(ada)
    assert texts(plugin, ada) == []
    assert plugin.reading.unread(ada.subject) == 0


@pytest.mark.hook("privacy_categories")
def test_what_was_told_goes_after_ninety_days(repository: Repository, plugin: Any, happen: Any, ada: Any) -> None:
    import time_machine

    with time_machine.travel("2026-11-21T10:00:00Z", tick=False) as clock:
        happen(ada)
        clock.shift(89 * 86400)
        assert repository.privacy.sweep()["notifications.sent"] == 1
        assert len(texts(plugin, ada)) == 1
        clock.shift(2 * 86400)
        assert repository.privacy.sweep()["notifications.told"] == 1
    assert texts(plugin, ada) == []


def test_owners_hear_that_others_deleted_a_record_of_theirs_and_brought_it_back(
    repository: Repository,
    plugin: Any,
    ada: Any,
    make_user: Callable[..., Any],
    make_record: Callable[..., Any],
    run_jobs: Callable[[], int],
) -> None:
    moderator = make_user("mod@example.org", roles=["moderator"])
    withdrawn, own = make_record("Tides of Brest"), make_record("Salt marshes")
    repository.records.delete(moderator.actor, withdrawn.id, {"removal_reason": {"id": "copyright"}})
    repository.records.restore(moderator.actor, withdrawn.id)
    repository.records.delete(ada.actor, own.id)
    run_jobs()
    assert [(one.text, one.path) for one in plugin.reading.list(ada.subject)[0]] == [
        ("“Tides of Brest” was deleted, and is there again", f"/records/{withdrawn.id}"),
        ("“Tides of Brest” was deleted", f"/records/{withdrawn.id}"),
    ]
    assert texts(plugin, moderator) == []


def test_who_asked_for_the_deletion_hears_of_the_decision_only(
    repository: Repository,
    plugin: Any,
    ada: Any,
    grace: Any,
    make_user: Callable[..., Any],
    make_record: Callable[..., Any],
    run_jobs: Callable[[], int],
) -> None:
    moderator = make_user("mod@example.org", roles=["moderator"])
    asked, other = make_record("Tides of Brest"), make_record("Salt marshes")
    repository.records.delete(moderator.actor, asked.id, asked_by=ada.subject)
    repository.records.delete(moderator.actor, other.id, asked_by=grace.subject)
    run_jobs()
    assert texts(plugin, ada) == ["“Salt marshes” was deleted"], "a manager asked, and owners hear of that"
