"""Hashes of passwords."""

from __future__ import annotations

import threading

import pytest

from muniment.builtin.password import hashing
from muniment.builtin.password.hashing import Hasher
from muniment.errors import Busy


@pytest.fixture
def hasher() -> Hasher:
    return Hasher(time_cost=1, memory_cost=1024, parallelism=1)


def test_a_hash_accepts_its_password_only(hasher: Hasher) -> None:
    stored = hasher.hash("correct horse battery")
    assert stored.startswith("$argon2id$")
    assert hasher.verify(stored, "correct horse battery")
    assert not hasher.verify(stored, "correct horse batterx")
    assert not hasher.verify(stored, "")


def test_two_compositions_of_one_password_are_the_same(hasher: Hasher) -> None:
    assert hasher.verify(hasher.hash("zwo\u0308lf Boxer"), "zwölf Boxer")


def test_nobody_has_every_password_refused(hasher: Hasher) -> None:
    assert not hasher.verify(None, "nobody has this password")


@pytest.mark.parametrize("password", ["\ud800\udfff", "x" * 1_000_000, "\x00"])
def test_odd_passwords_are_wrong_and_no_error(hasher: Hasher, password: str) -> None:
    assert not hasher.verify(hasher.hash("correct horse battery"), password)


def test_a_damaged_hash_accepts_nothing(hasher: Hasher) -> None:
    assert not hasher.verify("$argon2id$broken", "correct horse battery")


def test_weaker_parameters_need_renewal(hasher: Hasher) -> None:
    stored = hasher.hash("correct horse battery")
    assert not hasher.needs_renewal(stored)
    assert Hasher(time_cost=2, memory_cost=1024, parallelism=1).needs_renewal(stored)


def test_a_sign_in_that_waits_too_long_is_told_to_come_again(hasher: Hasher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "LONGEST_WAIT", 0.01)
    for _ in range(hashing.SIMULTANEOUS):
        hasher._slots.acquire()
    with pytest.raises(Busy):
        hasher.hash("correct horse battery")
    hasher._slots.release()
    done = threading.Thread(target=hasher.hash, args=("correct horse battery",))
    done.start()
    done.join(10)
    assert not done.is_alive()
