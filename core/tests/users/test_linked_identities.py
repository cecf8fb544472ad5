"""Identities elsewhere: each signs in to one account, which can be used; linking is written down."""

from __future__ import annotations

import pytest

from muniment.access.actor import SYSTEM
from muniment.errors import (
    AuthenticationFailed,
    Conflict,
    NotFound,
    PermissionDenied,
    TooManyRequests,
    ValidationFailed,
)
from muniment.repository import Repository
from muniment.testing.people import Person
from muniment.users.signing_in import SignInRefused

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


def test_the_last_way_in_is_not_unlinked(repository: Repository, ada: Person) -> None:
    users = repository.users
    bob = users.register_with_identity(ISSUER, "bob", "bob@example.org", {"full_name": "Bob"}, SYSTEM)
    assert (bob.full_name, bob.may_act, users.has_password(bob.subject_id)) == ("Bob", True, False)
    users.link_identity(bob.subject_id, "https://gone.example.org", "bob", SYSTEM)
    with pytest.raises(Conflict, match="only way to sign in"):
        users.unlink_identity(bob.subject_id, ISSUER, "bob", SYSTEM, {ISSUER})
    users.link_identity(bob.subject_id, "https://other.example.org", "bob", SYSTEM)
    assert users.unlink_identity(bob.subject_id, ISSUER, "bob", SYSTEM, {ISSUER, "https://other.example.org"})
    users.link_identity(ada.subject, ISSUER, "ada", SYSTEM)
    assert users.unlink_identity(ada.subject, ISSUER, "ada", SYSTEM, {ISSUER})  # she has a password


def test_an_address_with_an_account_is_not_taken_over(repository: Repository, ada: Person) -> None:
    with pytest.raises(Conflict, match="already"):
        repository.users.register_with_identity(ISSUER, "eve", ada.email.upper(), {}, SYSTEM)
    assert repository.users.find_by_identity(ISSUER, "eve") is None


def test_who_signed_up_first_with_the_address_of_another_cannot_come_back(repository: Repository) -> None:
    """Accounts prepared for a victim: what was never confirmed leaves no password behind."""
    users = repository.users
    users.register("victim@example.org", "the password of an attacker 1", {"full_name": "Not the victim"})
    user = users.register_with_identity(ISSUER, "victim", "victim@example.org", {"full_name": "Victim"}, SYSTEM)
    assert (user.full_name, users.has_password(user.subject_id)) == ("Victim", False)
    with pytest.raises(AuthenticationFailed):
        users.authenticate("victim@example.org", "the password of an attacker 1")


@pytest.mark.configuration("site", registration=False)
def test_nobody_signs_up_where_nobody_may(repository: Repository) -> None:
    with pytest.raises(PermissionDenied):
        repository.users.register_with_identity(ISSUER, "bob", "bob@example.org", {}, SYSTEM)


def test_signing_in_says_why_an_account_cannot_be_used(
    repository: Repository, ada: Person, administrator: Person
) -> None:
    repository.users.link_identity(ada.subject, ISSUER, "ada", ada.actor)
    found = repository.users.authenticate_identity(ISSUER, "ada")
    assert found is not None
    assert found.subject_id == ada.subject
    assert repository.users.authenticate_identity(ISSUER, "eve") is None
    repository.users.block(ada.subject, administrator.actor)
    with pytest.raises(SignInRefused, match="blocked"):
        repository.users.authenticate_identity(ISSUER, "ada")


def test_a_sign_up_is_checked_and_counted_before_a_letter_is_sent(repository: Repository) -> None:
    given = {"full_name": "  Bob ", "roles": ["administrator"], "username": "bob"}
    assert repository.users.check_sign_up(" bob@example.org ", given) == ("bob@example.org", {"full_name": "Bob"})
    with pytest.raises(ValidationFailed):
        repository.users.check_sign_up("nonsense", {})
    for _ in range(3):
        repository.users.check_sign_up("bob@example.org", {})
    with pytest.raises(TooManyRequests):
        repository.users.check_sign_up("bob@example.org", {})
