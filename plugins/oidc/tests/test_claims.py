"""What providers tell, in whatever shape, becomes a profile or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from muniment_oidc.claims import profile_of
from muniment_oidc.providers import Provider, Providers, provider_of


def provider(**further: Any) -> Provider:
    return Provider("uni", "University", "https://id.example.org", "muniment", **further)


def test_claims_are_found_where_the_provider_puts_them() -> None:
    mapped = provider(claims={"groups": "realm_access.roles", "affiliation": "https://uni.example/org"})
    told = {"given_name": "Ada", "family_name": "Lovelace", "realm_access": {"roles": ["staff", 7]}}
    profile = profile_of({**told, "https://uni.example/org": ["Engines", "Maths"]}, mapped)
    assert (profile["full_name"], profile["groups"]) == ("Ada Lovelace", ["staff"])
    assert profile["affiliations"] == "Engines; Maths"


@pytest.mark.parametrize("odd", [None, 7, True, {"a": 1}, [["a"]], "a\nb\x00c", "x" * 10_000])
def test_odd_values_do_no_harm(odd: object) -> None:
    profile = profile_of(dict.fromkeys(("name", "email", "email_verified", "affiliation", "groups"), odd), provider())
    texts = [profile["full_name"], profile["email"], profile["affiliations"], *profile["groups"]]
    assert all(text.isprintable() and len(text) <= 400 for text in texts)
    assert profile["email_proved"] is False


def test_a_verified_address_proves_nothing_unless_the_provider_is_trusted() -> None:
    told = {"email": "ada@example.org", "email_verified": True}
    assert profile_of(told, provider())["email_proved"] is False
    assert profile_of(told, provider(trusts_email=True))["email_proved"] is True


@pytest.mark.parametrize("wrong", [{"unknown": 1}, {"discover": False}])
def test_a_provider_that_is_not_whole_is_an_error(wrong: dict[str, Any]) -> None:
    given = {"name": "uni", "title": "University", "issuer": "https://id.example.org", "client_id": "muniment"}
    with pytest.raises(ValueError, match=r"unknown|needs"):
        provider_of({**given, **wrong})


def test_a_name_is_taken_once() -> None:
    found = Providers()
    given = {"name": "uni", "title": "University", "issuer": "https://id.example.org", "client_id": "muniment"}
    found.add(given)
    with pytest.raises(ValueError, match="two providers"):
        found.add(given)
