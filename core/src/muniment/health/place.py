"""What checks look at: an instance with its database, and its repository once that can be opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from muniment.health.finding import Finding

if TYPE_CHECKING:
    from muniment.db.engine import Database
    from muniment.repository import Repository
    from muniment.settings.instance import Instance


class Place(Protocol):
    """An instance that may be in any state: each part is opened when it is first asked for."""

    @property
    def instance(self) -> Instance: ...
    @property
    def database(self) -> Database: ...
    @property
    def repository(self) -> Repository: ...


@dataclass(frozen=True)
class OpenPlace:
    """The place of a repository that is open already."""

    repository: Repository

    @property
    def instance(self) -> Instance:
        return self.repository.instance

    @property
    def database(self) -> Database:
        return self.repository.database


@dataclass(frozen=True)
class Check:
    """A check by the name under which its findings are told. A `slow` one is not made while somebody waits for a page:
    it reads the whole database or many files."""

    name: str
    function: Callable[[Place], Iterator[Finding]]
    slow: bool = False
