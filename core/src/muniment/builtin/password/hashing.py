"""Argon2id with the parameters of RFC 9106 (second recommended option), which hashes are renewed to at sign-in."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from muniment.builtin.password.policy import MAX_LENGTH, normalize
from muniment.errors import Busy

#: Hashes computed at the same moment in one process: each takes `memory_cost`, and memory must stay bounded.
SIMULTANEOUS = 2
#: Seconds that a sign-in waits for its turn before it is told to come again.
LONGEST_WAIT = 10.0


class Hasher:
    """Makes and checks password hashes; the cost is a parameter so that tests stay quick."""

    def __init__(self, *, time_cost: int = 3, memory_cost: int = 65536, parallelism: int = 4) -> None:
        self._argon2 = PasswordHasher(time_cost=time_cost, memory_cost=memory_cost, parallelism=parallelism)
        self._slots = threading.BoundedSemaphore(SIMULTANEOUS)
        self._nobody = ""

    def hash(self, password: str) -> str:
        with _Turn(self._slots):
            return self._argon2.hash(_encoded(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` belongs to the hash; takes as long when there is none (`stored` is None).

        The equal time keeps strangers from learning who has an account.
        """
        candidate = _encoded(password[: MAX_LENGTH * 4])
        known = stored if stored else self._hash_of_nobody()
        with _Turn(self._slots):
            try:
                self._argon2.verify(known, candidate)
            except (VerificationError, InvalidHashError):
                return False
        return bool(stored)

    def needs_renewal(self, stored: str) -> bool:
        return self._argon2.check_needs_rehash(stored)

    def _hash_of_nobody(self) -> str:
        if not self._nobody:
            self._nobody = self._argon2.hash("nobody has this password")
        return self._nobody


def _encoded(password: str) -> bytes:
    """Bytes for argon2; a lone surrogate, which no keyboard makes, must not become an error."""
    return normalize(password).encode("utf-8", "surrogatepass")


class _Turn:
    """One of the slots for hashing, waited for at most `LONGEST_WAIT` seconds."""

    def __init__(self, slots: threading.BoundedSemaphore) -> None:
        self.slots = slots

    def __enter__(self) -> None:
        if not self.slots.acquire(timeout=LONGEST_WAIT):
            raise Busy("Too many people sign in at this moment; please try again.", retry_after=5)

    def __exit__(self, *_: object) -> None:
        self.slots.release()
