"""Ways to sign in, as plugins offer them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from muniment.db.unit_of_work import UnitOfWork
    from muniment.errors import Problem
    from muniment.repository import Repository


class Passwords(Protocol):
    """What a provider of kind `password` does. Hashing happens outside of transactions: it takes long on purpose."""

    def problems(self, password: object, *, own: Iterable[str] = (), field: str = "password") -> list[Problem]:
        """What is wrong with a new password; `own` are names and addresses that it may not repeat."""

    def hash(self, password: str) -> str:
        """The hash to hand to `store`."""

    def store(self, unit: UnitOfWork, user_id: int, password_hash: str) -> None:
        """Make it the password of an account, in the caller's transaction."""

    def has_password(self, repository: Repository, user_id: int) -> bool:
        """Whether the account can sign in with a password."""

    def verify(self, repository: Repository, user_id: int | None, password: str) -> bool:
        """Whether the password is that of the account; as slow for None (nobody), so that strangers learn nothing."""


@dataclass(frozen=True)
class IdentityProvider:
    """One way to sign in.

    `kind` is ``password`` (the sign-in page shows the form; `passwords` does the work; at most one) or
    ``redirect`` (it shows a button that leads to `endpoint`, a Flask endpoint of the plugin). The identity that a
    redirect brings back is the pair (issuer, subject): accounts are never matched by e-mail address.
    """

    name: str
    title: str
    kind: Literal["password", "redirect"]
    order: int = 100
    passwords: Passwords | None = None
    endpoint: str = ""
    icon: str = ""
