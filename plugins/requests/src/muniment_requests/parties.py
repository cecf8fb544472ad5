"""Who and what takes part in a request: people, roles of the site, records, and what other plugins add."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from muniment.api import Actor, InvalidRequest, Repository, problem_with_address

#: How many holders of a role are told of a request.
MOST_TOLD: Final = 100
#: What is shown of a party: its name, and the address of its page (empty when it has none).
Shown = tuple[str, str]


@dataclass(frozen=True)
class Party:
    """One party of a request; in JSON ``{"user": "3"}``, in the database ``user:3``."""

    kind: str
    id: str

    @property
    def text(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def json(self) -> dict[str, str]:
        return {self.kind: self.id}

    @classmethod
    def of(cls, text: str) -> Party:
        """The party that the database names."""
        kind, _, identifier = text.partition(":")
        return cls(kind, identifier)

    @classmethod
    def read(cls, sent: object) -> Party:
        """The party that a client names as in JSON; raises `InvalidRequest`."""
        if isinstance(sent, Mapping) and len(sent) == 1:
            [(kind, identifier)] = sent.items()
            if isinstance(kind, str) and isinstance(identifier, str) and 0 < len(identifier) <= 200:
                return cls(kind, identifier)
        raise InvalidRequest('A party is an object with one key, like {"user": "3"} or {"group": "moderator"}.')


@dataclass(frozen=True)
class PartyKind:
    """A kind of party, offered by `requests_parties`.

    `labels` gives the labels of actors that stand for a party: whoever holds one of them is meant. `show` gives names
    and addresses of parties by their ids, as `actor` may see them; it is asked once for a whole list, and leaves out
    what it does not know. `people` gives those who are told what happens to a request of this party, by its id: fewer
    than may decide, where administrators may.
    """

    name: str
    labels: Callable[[str], frozenset[str]]
    show: Callable[[Repository, Actor, Iterable[str]], Mapping[str, Shown]]
    people: Callable[[Repository, str], Iterable[int]] = lambda _repository, _id: ()


def names_of(repository: Repository, subjects: Iterable[int | None]) -> dict[int, str]:
    """What people are called to those with whom they take part in a request: full name, user name, or the address
    before the `@`; whoever decides has to know whom."""
    names = repository.users.names(subjects)
    return {subject: name if problem_with_address(name) else name.rpartition("@")[0] for subject, name in names.items()}


def _people(repository: Repository, _actor: Actor, ids: Iterable[str]) -> dict[str, Shown]:
    names = names_of(repository, (int(one) for one in ids if one.isdigit()))
    return {str(subject): (name, "") for subject, name in names.items()}


def _roles(repository: Repository, _actor: Actor, ids: Iterable[str]) -> dict[str, Shown]:
    titles = {role.name: role.title for role in repository.users.roles()}
    return {one: (titles[one] or one, "") for one in ids if one in titles}


def _records(repository: Repository, actor: Actor, ids: Iterable[str]) -> dict[str, Shown]:
    numbers = {number for one in ids if (number := repository.records.numbers.parse(one)) is not None}
    found = repository.records.items(actor, sorted(numbers))
    return {item.id: (str(item.data["metadata"].get("title", "")), f"/records/{item.id}") for item in found.values()}


def _oneself(_repository: Repository, id: str) -> list[int]:
    return [int(id)] if id.isdigit() else []


def _holders(repository: Repository, role: str) -> list[int]:
    """Administrators are told only where nobody else is there."""
    found = repository.users.holders({f"role:{role}"}) or repository.users.holders({"role:administrator"})
    return sorted(found)[:MOST_TOLD]


#: Administrators decide what is asked of any role.
OWN_KINDS = (
    PartyKind("user", lambda one: frozenset({f"subject:{one}"}), _people, _oneself),
    PartyKind("group", lambda one: frozenset({f"role:{one}", "role:administrator"}), _roles, _holders),
    PartyKind("record", lambda _one: frozenset(), _records),
)
