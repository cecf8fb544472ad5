"""Who is told of what happens in communities."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from muniment.api import Departure, LogEntry, Notification, Repository
from muniment_communities.privacy import categories

pytestmark = pytest.mark.plugins("communities", "requests")


@pytest.fixture
def told(repository: Repository) -> Callable[[str, str], list[Notification]]:
    """What the type `id` tells of the newest event with a name: `told("member", "communities.member")`."""

    def tell(id: str, event: str) -> list[Notification]:
        types = repository.hooks.register_notification_types()
        (type,) = [one for one in types if one.id == f"communities.{id}"]
        entries: list[LogEntry] = [one for one in repository.events.read_after(0, 10_000) if one.name == event]
        return list(type.tell(repository, entries[-1]))

    return tell


def words(one: Notification) -> str:
    return one.text % {**one.values, **one.words}


@pytest.mark.hook("register_notification_types")
def test_who_gets_another_role_or_none_is_told(
    communities: Any, polar: Any, ada: Any, grace: Any, join: Any, told: Any, repository: Repository
) -> None:
    join(polar, grace)
    grace_alone = {"members": [{"type": "user", "id": str(grace.subject)}]}
    communities.members.change(ada.actor, polar, {**grace_alone, "role": "curator"})
    (changed,) = told("member", "communities.member")
    assert (changed.to, changed.cause, changed.path) == ({grace.subject}, ada.subject, "/communities/polar")
    assert words(changed) == "Your role in “Polar research” is now: Curator"

    communities.members.remove(ada.actor, polar, grace_alone)
    (removed,) = told("member", "communities.member")
    assert words(removed) == "You are no longer a member of “Polar research”"
    assert removed.path == "/communities"
    join(polar, grace)
    assert told("member", "communities.member") == [], "who is a member again is told nothing else"
    last = repository.events.read_after(0, 10_000)[-1].id
    communities.members.remove(grace.actor, polar, grace_alone)
    assert "communities.member" not in [one.name for one in repository.events.read_after(last, 99)], (
        "who leaves knows it"
    )

    leave = next(one.leave for one in categories(communities) if one.id == "communities.memberships")
    leave(repository, Departure(subject=ada.subject, heir=grace.subject))
    (owns,) = told("member", "communities.member")
    assert (owns.to, words(owns)) == ({grace.subject}, "You own “Polar research” now, since its last owner has left")


def test_who_invited_by_letter_is_told_how_it_ended(
    communities: Any, polar: Any, ada: Any, grace: Any, told: Any, repository: Repository
) -> None:
    sent = {"members": [{"type": "email", "id": grace.email}], "role": "reader"}
    communities.invitations.invite(ada.actor, polar, sent)
    ((invitation,), _total) = communities.invitations.list(ada.actor, polar)
    repository.users.update_profile(grace.actor, grace.subject, {"full_name": "Grace"})
    communities.invitations.answer(grace.actor, invitation.id, accept=True)
    (accepted,) = told("invitation", "communities.invitation")
    assert words(accepted) == "Grace accepted your invitation to “Polar research”"
    assert (accepted.to, accepted.cause, accepted.path) == (
        {ada.subject},
        grace.subject,
        "/communities/polar/members",
    )
    communities.invitations.invite(ada.actor, polar, {**sent, "members": [{"type": "email", "id": "x@example.org"}]})
    with time_machine.travel(repository.now() + timedelta(days=31), tick=False):
        assert repository.jobs.run_now("communities.invitations") == "1 invitations"
        assert repository.jobs.run_now("communities.invitations") == "0 invitations"
        (ended,) = told("invitation", "communities.invitation")
    assert words(ended) == "Your invitation of somebody to “Polar research” ran out"


def test_owners_and_curators_are_told_of_records_that_others_move(
    communities: Any, found: Any, grace: Any, ada: Any, make_record: Any, put: Any, told: Any
) -> None:
    waves = found("waves", "Waves", by=grace)
    record = make_record("Tides")
    put(record, waves, by=ada)
    (added,) = told("records", "communities.records")
    assert (added.to, added.cause, words(added)) == ({grace.subject}, ada.subject, "“Tides” was put into “Waves”")
    communities.records.remove(grace.actor, record.id, waves)
    (removed,) = told("records", "communities.records")
    assert (removed.to, removed.path) == ({ada.subject}, f"/records/{record.id}")
    assert words(removed) == "“Tides” was taken out of “Waves”"
    put(record, waves, by=grace)
    assert told("records", "communities.records") == [], "curators know what they do"
    communities.records.remove(ada.actor, record.id, waves)
    (back,) = told("records", "communities.records")
    assert back.to - {back.cause} == {grace.subject}


def test_members_are_told_that_their_community_is_gone(
    communities: Any, polar: Any, ada: Any, grace: Any, join: Any, told: Any
) -> None:
    join(polar, grace)
    communities.lifecycle.delete(ada.actor, "polar")
    (gone,) = told("deleted", "communities.deleted")
    assert gone.to - {gone.cause} == {grace.subject}
    assert words(gone) == "The community “Polar research” was deleted"
