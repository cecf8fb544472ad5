"""E-mail addresses: what is accepted and which two are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.users.email_addresses import clean, domain_of, normalize, problem_with


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.org",
        "a.b+c@sub.example.co.uk",
        "o'brien@example.org",
        "müller@example.de",
        "x@münchen.de",
        "u@localhost",
    ],
)
def test_common_addresses_are_accepted(address: str) -> None:
    assert problem_with(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "   ",
        "ada",
        "ada@",
        "@example.org",
        "a b@example.org",
        "ada@example",
        "ada@-example.org",
        "ada@exa_mple.org",
        ".ada@example.org",
        "ada.@example.org",
        "a..b@example.org",
        "ada@example.org\nBcc: x@example.org",
        "ada@1.2.3.4",
        '"quoted"@example.org',
        "ada@[127.0.0.1]",
        "a@" + "b" * 300 + ".org",
        "x" * 65 + "@example.org",
        "ada@example..org",
        "a\u0000b@example.org",
        "a\u202eb@example.org",
        None,
        5,
        ["ada@example.org"],
    ],
)
def test_what_is_no_address_is_named_with_its_field(address: object) -> None:
    problem = problem_with(address, "contact.email")
    assert problem is not None
    assert problem.field == "contact.email"


def test_spellings_of_one_mailbox_are_the_same() -> None:
    assert normalize(" Ada@Example.ORG ") == normalize("ada@example.org")
    assert normalize("x@MÜNCHEN.de") == normalize("x@xn--mnchen-3ya.de")
    assert normalize("mu\u0308ller@example.org") == normalize("müller@example.org")
    assert normalize("ada@example.org") != normalize("adb@example.org")


def test_the_stored_form_keeps_what_was_typed() -> None:
    assert clean(" Ada.Lovelace@Example.org\n") == "Ada.Lovelace@Example.org"
    assert domain_of("Ada@Example.org") == "example.org"


@given(st.text(max_size=60))
def test_any_text_is_answered_without_an_exception(text: str) -> None:
    normalize(text)
    problem = problem_with(text)
    assert problem is not None or normalize(text).count("@") == 1
