"""What moderators and administrators do to accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.errors import Conflict, NotFound, PermissionDenied, ValidationFailed
from muniment.repository import Repository
from muniment.testing.people import Person

ACTIONS = ("block", "restore", "approve", "activate", "deactivate")


@pytest.fixture
def moderator(make_user: Callable[..., Person]) -> Person:
    return make_user("mod@example.org", roles=["moderator"])


@pytest.mark.parametrize("act", ACTIONS)
def test_people_cannot_moderate_each_other(repository: Repository, ada: Person, grace: Person, act: str) -> None:
    with pytest.raises(PermissionDenied):
        getattr(repository.users, act)(grace.subject, ada.actor)


@pytest.mark.parametrize("act", ACTIONS)
def test_a_moderator_cannot_touch_an_administrator_cve_2021_41189(
    repository: Repository, moderator: Person, administrator: Person, act: str
) -> None:
    with pytest.raises(PermissionDenied):
        getattr(repository.users, act)(administrator.subject, moderator.actor)
    assert repository.users.get(administrator.subject).may_act


def test_a_moderator_cannot_give_roles_to_anybody_cve_2021_41189(repository: Repository, moderator: Person) -> None:
    for role in ("moderator", "administrator"):
        with pytest.raises(PermissionDenied):
            repository.users.grant_role(moderator.subject, role, moderator.actor)
    with pytest.raises(PermissionDenied):
        repository.users.create_role("curators", "Curators", ["administration"], moderator.actor)


def test_states_follow_the_actions(repository: Repository, ada: Person, moderator: Person) -> None:
    users = repository.users
    assert users.approve(ada.subject, moderator.actor).verified_at is not None
    blocked = users.block(ada.subject, moderator.actor)
    assert (blocked.blocked_at is not None, blocked.verified_at, blocked.may_act) == (True, None, False)
    assert users.restore(ada.subject, moderator.actor).may_act
    assert not users.deactivate(ada.subject, moderator.actor).may_act
    assert users.activate(ada.subject, moderator.actor).may_act


def test_nobody_shuts_themselves_out_here(repository: Repository, administrator: Person) -> None:
    for act in ("block", "deactivate"):
        with pytest.raises(Conflict):
            getattr(repository.users, act)(administrator.subject, administrator.actor)


def test_unknown_accounts_are_not_found(repository: Repository) -> None:
    for act in ACTIONS:
        with pytest.raises(NotFound):
            getattr(repository.users, act)(999_999)


def test_the_last_administrator_stays(repository: Repository, administrator: Person, ada: Person) -> None:
    with pytest.raises(Conflict):
        repository.users.revoke_role(administrator.subject, "administrator", administrator.actor)
    repository.users.grant_role(ada.subject, "administrator", administrator.actor)
    repository.users.revoke_role(administrator.subject, "administrator", administrator.actor)
    assert not repository.users.actor_for_user(repository.users.get(administrator.subject)).is_administrator


def test_roles_of_the_site_carry_their_permissions(repository: Repository, ada: Person) -> None:
    repository.users.create_role("curators", "Curators", ["moderation"])
    user = repository.users.grant_role(ada.subject, "curators")
    actor = repository.users.actor_for_user(user)
    assert actor.can("moderation")
    assert "role:curators" in actor.labels
    repository.users.delete_role("curators")
    assert not repository.users.actor_for_user(repository.users.get(ada.subject)).can("moderation")


@pytest.mark.parametrize(
    ("name", "title", "permissions", "field"),
    [
        ("Curators", "", [], "name"),
        ("", "", [], "name"),
        (5, "", [], "name"),
        ("administrator", "", [], "name"),
        ("curators", "x" * 201, [], "title"),
        ("curators", "", [1], "permissions"),
        ("curators", "", 5, "permissions"),
    ],
)
def test_a_role_that_cannot_be_is_named_by_field(
    repository: Repository, name: object, title: str, permissions: object, field: str
) -> None:
    with pytest.raises(ValidationFailed) as caught:
        repository.users.create_role(name, title, permissions)
    assert [problem.field for problem in caught.value.errors] == [field]


def test_built_in_roles_are_always_there_and_stay(repository: Repository) -> None:
    assert {"administrator", "moderator"} <= {role.name for role in repository.users.roles()}
    with pytest.raises(ValidationFailed):
        repository.users.delete_role("administrator")
    with pytest.raises(NotFound):
        repository.users.role("emperors")


def test_what_was_done_is_in_the_audit_trail(repository: Repository, ada: Person, administrator: Person) -> None:
    from sqlalchemy import select

    from muniment.audit.models import AuditEntry

    repository.users.block(ada.subject, administrator.actor)
    with repository.database.read() as session:
        entry = session.execute(select(AuditEntry).where(AuditEntry.action == "user.block")).scalar_one()
    assert (entry.resource, entry.subject_id) == (f"user:{ada.subject}", administrator.subject)


def test_a_role_of_the_site_that_moderates_sees_what_moderators_see(
    repository: Repository,
    make_user: Callable[..., Person],
    make_record: Callable[..., Any],
    ada: Person,
    grace: Person,
    moderator: Person,
) -> None:
    """What the pages of the control panel list can be opened by whoever may open the pages."""
    repository.users.create_role("curator", "Curator", ["moderation"])
    curator = make_user("curator@example.org", roles=["curator"])
    number = make_record(record_access="restricted").id
    draft = repository.records.create(ada.actor, {"metadata": {"title": "Unfinished"}}).id
    for who in (moderator, curator):
        assert repository.records.read(who.actor, number).id == number
        assert repository.records.read_draft(who.actor, draft).id == draft
    with pytest.raises((NotFound, PermissionDenied)):
        repository.records.read(grace.actor, number)
    repository.users.update_role("curator", "Curator", [])
    without = repository.users.actor_for_user(repository.users.get(curator.subject))
    with pytest.raises((NotFound, PermissionDenied)):
        repository.records.read(without, number)


def test_holders_of_labels_are_those_whose_accounts_can_be_used(
    repository: Repository, ada: Person, grace: Person, moderator: Person, administrator: Person
) -> None:
    repository.users.create_role("curators", "Curators", ["moderation"])
    repository.users.grant_role(grace.subject, "curators")
    assert repository.users.holders([f"subject:{ada.subject}"]) == {ada.subject}
    assert repository.users.holders(["role:moderator"]) == {moderator.subject, grace.subject}
    assert repository.users.holders(["role:curators", "role:administrator"]) == {grace.subject, administrator.subject}
    repository.users.deactivate(ada.subject)
    assert repository.users.holders([f"subject:{ada.subject}", "subject:999999", "community:1"]) == set()
