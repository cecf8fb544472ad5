"""An instance that takes the provider's word for addresses, and gives roles to the people of groups there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import SYSTEM

pytestmark = pytest.mark.plugins("oidc")


@pytest.fixture
def issuer(liar: Any) -> str:
    return str(liar.issuer)


@pytest.fixture
def linked(repository: Any, liar: Any, ada: Any) -> Any:
    """Ada signs in with the identity that the liar vouches for."""
    repository.users.link_identity(ada.subject, liar.issuer, "ada", SYSTEM)
    return ada


@pytest.fixture
def options() -> dict[str, Any]:
    return {"trusts_email": True, "roles": {"curators": "moderator"}}


def test_a_verified_address_finds_its_account(liar: Any, visitor: Any, repository: Any, ada: Any) -> None:
    liar.tells = {"sub": "ada", "email": "ADA@example.org", "email_verified": True}
    assert liar.brings_back(visitor, liar.sends(visitor)).status_code == 303
    assert visitor.signed_in
    assert repository.users.identities_of(ada.subject) == [(liar.issuer, "ada")]


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_finds_nobody(
    verified: object, liar: Any, visitor: Any, repository: Any, ada: Any
) -> None:
    liar.tells = {"sub": "ada", "email": "ada@example.org", "email_verified": verified}
    assert liar.brings_back(visitor, liar.sends(visitor)).headers["Location"] == "/oidc/welcome"
    assert not visitor.signed_in
    assert repository.users.identities_of(ada.subject) == []


def test_a_new_person_is_signed_in_at_once_and_another_address_is_confirmed(
    liar: Any, visitor: Any, repository: Any
) -> None:
    liar.tells = {"sub": "ada", "email": "new@example.org", "email_verified": True, "groups": ["curators"]}
    liar.brings_back(visitor, liar.sends(visitor))
    other = visitor.post("/oidc/welcome", email="other@example.org", full_name="", affiliations="")
    assert other.headers["Location"] == "/oidc/welcome/sent"
    liar.brings_back(visitor, liar.sends(visitor))
    assert visitor.post("/oidc/welcome", email="new@example.org", full_name="", affiliations="").status_code == 303
    assert visitor.signed_in
    assert [role.name for role in repository.users.find("new@example.org").roles] == ["moderator"]


def test_roles_follow_groups_and_others_stay(
    liar: Any, new_visitor: Callable[[], Any], repository: Any, linked: Any
) -> None:
    repository.users.create_role("editor", "Editor")
    repository.users.grant_role(linked.subject, "editor")

    def roles(groups: object) -> list[str]:
        liar.tells = {"sub": "ada", "groups": groups}
        visitor = new_visitor()
        assert liar.brings_back(visitor, liar.sends(visitor)).status_code == 303
        assert visitor.signed_in
        return [role.name for role in repository.users.get(linked.subject).roles]

    assert roles(["curators", "others"]) == ["editor", "moderator"]
    assert roles("curators") == ["editor", "moderator"]
    assert roles([]) == ["editor"]
    assert roles({"curators": True}) == ["editor"]


def test_who_is_vouched_for_waits_where_the_domain_of_the_address_does(
    liar: Any, visitor: Any, repository: Any, administrator: Any
) -> None:
    repository.users.domains.create(SYSTEM, {"domain": "mail.example", "status_name": "moderated"})
    liar.tells = {"sub": "ada", "email": "new@mail.example", "email_verified": True, "groups": ["curators"]}
    liar.brings_back(visitor, liar.sends(visitor))
    answer = visitor.post("/oidc/welcome", email="new@mail.example", full_name="", affiliations="")
    assert "why=waiting" in answer.headers["Location"]
    assert not visitor.signed_in
    made = repository.users.find_by_identity(liar.issuer, "ada") or repository.users.find("new@mail.example")
    assert (made.waiting, made.may_act, made.roles) == (True, False, [])
    liar.brings_back(visitor, liar.sends(visitor))
    assert not visitor.signed_in
    repository.users.activate(made.subject_id, administrator.actor)
    liar.brings_back(visitor, liar.sends(visitor))
    assert visitor.signed_in
    assert [role.name for role in repository.users.find("new@mail.example").roles] == ["moderator"]
