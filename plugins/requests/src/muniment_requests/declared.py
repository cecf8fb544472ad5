"""What the enabled plugins declare: types of requests and kinds of parties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from muniment.api import Actor, Repository
from muniment_requests.parties import OWN_KINDS, Party, PartyKind, Shown
from muniment_requests.types import RequestType, unknown


class Declared:
    """The types and kinds of one generation of a repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    @cached_property
    def types(self) -> dict[str, RequestType]:
        found: dict[str, RequestType] = {}
        for one in self.repository.hooks.requests_types():
            found.setdefault(one.id, one)
        return found

    @cached_property
    def kinds(self) -> dict[str, PartyKind]:
        found = {kind.name: kind for kind in OWN_KINDS}
        for kind in self.repository.hooks.requests_parties():
            found.setdefault(kind.name, kind)
        return found

    def type(self, id: str) -> RequestType:
        return self.types.get(id) or unknown(id)

    def labels(self, party: Party) -> frozenset[str]:
        """The labels of the actors who stand for a party; nobody stands for one whose plugin is off."""
        kind = self.kinds.get(party.kind)
        return kind.labels(party.id) if kind else frozenset()

    def deciders(self, type: str, receiver: Party) -> PartyKind | None:
        """The kind of a receiver as it is for requests of a type; None when its plugin is off."""
        own = self.type(type).deciders
        return own if own is not None and own.name == receiver.kind else self.kinds.get(receiver.kind)

    def receiving(self, type: str, receivers: Iterable[Party]) -> frozenset[str]:
        """The labels of the actors who decide requests of a type that are addressed to these parties."""
        kinds = [(self.deciders(type, one), one.id) for one in receivers]
        return frozenset(label for kind, id in kinds if kind is not None for label in kind.labels(id))

    def shown(self, actor: Actor, parties: Iterable[Party]) -> dict[Party, Shown]:
        """Names and addresses of parties as `actor` may see them; what nobody knows is left out. One question for
        each kind, however many there are."""
        wanted: dict[str, set[str]] = {}
        for party in parties:
            wanted.setdefault(party.kind, set()).add(party.id)
        found: dict[Party, Shown] = {}
        for name, ids in wanted.items():
            kind = self.kinds.get(name)
            names: Mapping[str, Shown] = kind.show(self.repository, actor, ids) if kind else {}
            found |= {Party(name, one): shown for one, shown in names.items()}
        return found
