"""Identities elsewhere: each signs in to one account, which can be used; linking is written down."""

from __future__ import annotations

import pytest

from muniment.access.actor import SYSTEM
from muniment.errors import Conflict, NotFound
from muniment.repository import Repository
from muniment.testing.people import Person

ISSUER = "https://id.example.org"


def test_an_identity_signs_in_to_its_account(repository: Repository, ada: Person, grace: Person) -> None:
    assert repository.users.find_by_identity(ISSUER, "ada") is None
    repository.users.link_identity(ada.subject, ISSUER, "ada", ada.actor)
    found = repository.users.find_by_identity(ISSUER, "ada")
    assert found is not None
    assert found.subject_id == ada.subject
    assert repository.users.find_by_identity("https://other.example.org", "ada") is None
    assert repository.users.identities_of(ada.subject) == [(ISSUER, "ada")]
    assert repository.users.identities_of(grace.subject) == []


def test_it_is_linked_once_and_to_one_account(repository: Repository, ada: Person, grace: Person) -> None:
    for _ in range(2):
        repository.users.link_identity(ada.subject, ISSUER, "ada", ada.actor)
    with pytest.raises(Conflict, match="signs in to another account"):
        repository.users.link_identity(grace.subject, ISSUER, "ada", grace.actor)
    with pytest.raises(NotFound):
        repository.users.link_identity(999, ISSUER, "nobody", SYSTEM)
    entries = repository.audit.entries(f"user:{ada.subject}")
    assert [entry.action for entry in entries if entry.action.startswith("identity")] == ["identity.linked"]


def test_what_is_unlinked_signs_nobody_in(repository: Repository, ada: Person) -> None:
    repository.users.link_identity(ada.subject, ISSUER, "ada", ada.actor)
    assert repository.users.unlink_identity(ada.subject, ISSUER, "ada", ada.actor)
    assert not repository.users.unlink_identity(ada.subject, ISSUER, "ada", ada.actor)
    assert repository.users.find_by_identity(ISSUER, "ada") is None


def test_an_account_that_is_blocked_is_not_found(repository: Repository, ada: Person, administrator: Person) -> None:
    repository.users.link_identity(ada.subject, ISSUER, "ada", ada.actor)
    repository.users.block(ada.subject, administrator.actor)
    assert repository.users.find_by_identity(ISSUER, "ada") is None
