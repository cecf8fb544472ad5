"""Secrets are encrypted: unreadable without the instance's key, bound to their place, and told apart when damaged."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.settings.secret_box import CannotDecrypt, SecretBox

BOX = SecretBox(b"k" * 32)


@pytest.mark.parametrize("value", ["correct horse", "", "深海 \x00 \n", {"a": [1, None]}, 7])
def test_what_goes_in_comes_out(value: Any) -> None:
    stored = BOX.encrypt(value, "probe.password")
    assert SecretBox(b"k" * 32).decrypt(stored, "probe.password") == value
    assert "horse" not in str(stored)


def test_the_same_secret_looks_different_each_time() -> None:
    assert BOX.encrypt("same", "probe.password") != BOX.encrypt("same", "probe.password")


def test_another_key_opens_nothing_and_says_what_to_do() -> None:
    with pytest.raises(CannotDecrypt, match=r"another key than that in var/secret_key; bring back the key"):
        SecretBox(b"x" * 32).decrypt(BOX.encrypt("secret", "probe.password"), "probe.password")


def test_a_value_of_another_place_is_not_taken() -> None:
    """Whoever can write the database must not have one plugin send another one's password."""
    with pytest.raises(CannotDecrypt, match="damaged"):
        BOX.decrypt(BOX.encrypt("secret", "probe.password"), "other.password")


@pytest.mark.parametrize("change", [{"encrypted": "AAAA"}, {"encrypted": "?"}, {"encrypted": 7}, {"encrypted": ""}])
def test_a_damaged_value_is_told(change: dict[str, Any]) -> None:
    with pytest.raises(CannotDecrypt, match="damaged; set it again"):
        BOX.decrypt({**BOX.encrypt("secret", "probe.password"), **change}, "probe.password")


def test_the_stored_form_tells_nothing_of_the_key() -> None:
    assert b"k" * 32 not in str(BOX.encrypt("secret", "a")).encode()
    assert BOX.encrypt("secret", "a")["key"] != SecretBox(b"x" * 32).encrypt("secret", "a")["key"]
