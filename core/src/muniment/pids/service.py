"""Persistent identifiers of drafts and records: reserved, given from elsewhere, released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from sqlalchemy import Connection, Row, Table, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from muniment.errors import Conflict, InvalidRequest, Problem
from muniment.pids.provider import IdentifierProvider, IdentifierRequest
from muniment.records.models import Identifier

if TYPE_CHECKING:
    from datetime import datetime

    from muniment.hooks.caller import Hooks

EXTERNAL = "external"

_ELSEWHERE: Final = "The identifier {} belongs to another record of this repository."


class IdentifierService:
    """The identifiers of one generation: those whose providers are enabled are shown, the others are kept."""

    def __init__(self, hooks: Hooks) -> None:
        self.providers: dict[tuple[str, str], IdentifierProvider] = {
            (provider.scheme, provider.name): provider for provider in hooks.register_identifier_providers()
        }

    def provider(self, scheme: str, name: str) -> IdentifierProvider | None:
        return self.providers.get((scheme, name))

    def for_scheme(self, scheme: str) -> IdentifierProvider:
        """The provider that reserves identifiers of a scheme; raises `InvalidRequest` when none is enabled."""
        for (known, _), provider in sorted(self.providers.items()):
            if known == scheme and is_offered(provider):
                return provider
        raise InvalidRequest(f"No provider for identifiers of the scheme '{scheme}' is enabled.")

    def choices(self) -> dict[str, bool]:
        """The schemes of which an identifier can be reserved, and whether every version gets one at publishing."""
        found: dict[str, bool] = {}
        for (scheme, _), provider in sorted(self.providers.items()):
            if is_offered(provider):
                found[scheme] = found.get(scheme, False) or provider.required
        return found

    def visible(self, pids: Mapping[str, Any]) -> dict[str, Any]:
        """The identifiers whose provider is enabled; external ones always are."""
        return {
            scheme: value
            for scheme, value in pids.items()
            if value.get("provider") == EXTERNAL or (scheme, value.get("provider")) in self.providers
        }

    def merge(
        self, sent: Mapping[str, Any], stored: Mapping[str, Any], published: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        """What a draft's identifiers become when a client sends `sent`.

        Identifiers that a provider reserved are changed by reserving and releasing only; what belongs to a provider
        that is switched off stays as it is. External ones come and go with what is sent.
        """
        kept = {scheme: value for scheme, value in stored.items() if value.get("provider") != EXTERNAL}
        problems: list[Problem] = []
        for scheme, value in sent.items():
            problem = self._problem(scheme, value, kept, published)
            if problem is not None:
                problems.append(Problem(f"pids.{scheme}", problem))
            elif value.get("provider") == EXTERNAL and value.get("identifier") and scheme not in kept:
                kept[scheme] = {"identifier": value["identifier"], "provider": EXTERNAL}
        return kept, problems

    def without_taken(
        self, session: Session, pids: Mapping[str, Any], record_id: int | None = None
    ) -> tuple[dict[str, Any], list[Problem]]:
        """What a draft can have of `pids`: external identifiers of other records become problems."""
        free, problems = {}, []
        for scheme, value in pids.items():
            held = self.find(session, scheme, value["identifier"]) if value.get("provider") == EXTERNAL else None
            if held is None or (held.record_id, held.parent_id) in ((None, None), (record_id, None)):
                free[scheme] = value
            else:
                problems.append(Problem(f"pids.{scheme}", _ELSEWHERE.format(value["identifier"])))
        return free, problems

    def _problem(
        self, scheme: str, value: Mapping[str, Any], kept: Mapping[str, Any], published: Mapping[str, Any]
    ) -> str | None:
        identifier, provider = value.get("identifier"), value.get("provider")
        if not identifier:
            return None
        if scheme in kept:
            if kept[scheme].get("identifier") == identifier:
                return None
            if (scheme, kept[scheme].get("provider")) in self.providers:
                return f"This record has the identifier {kept[scheme]['identifier']}; release it before giving another."
            return "This record keeps an identifier of a feature that is switched off; it cannot be replaced now."
        if provider != EXTERNAL:
            return f"Reserve identifiers of the provider '{provider}' instead of sending them."
        before = published.get(scheme, {})
        if before and before.get("identifier") != identifier and before.get("provider") != EXTERNAL:
            return "The identifier of a published record cannot be changed."
        for (known, name), other in self.providers.items():
            if known == scheme and other.owns(str(identifier)):
                return f"The prefix of '{identifier}' belongs to this repository ({name}); it cannot be external."
        return None

    def wanted(self, pids: Mapping[str, Any]) -> list[IdentifierProvider]:
        """The providers that give a record an identifier at publishing because it has none of their scheme."""
        return [
            provider
            for (scheme, _), provider in sorted(self.providers.items())
            if provider.required and is_offered(provider) and scheme not in pids
        ]

    def proposal(self, provider: IdentifierProvider, request: IdentifierRequest) -> dict[str, Any]:
        """The `pids` entry that `provider` gives for `request`; nothing is written yet."""
        identifier = provider.propose(request)
        return {"identifier": identifier, "provider": provider.name, "client": provider.name}

    def claim(
        self,
        connection: Connection,
        pids: Mapping[str, Any],
        now: datetime,
        *,
        record_id: int | None = None,
        parent_id: int | None = None,
    ) -> None:
        """Write identifiers as belonging to a record or parent; raises `Conflict` when one belongs to another."""
        wanted = _claims(pids, now, record_id=record_id, parent_id=parent_id)
        if wanted:
            _take(connection, wanted, _held(connection, wanted))

    def settle(
        self,
        connection: Connection,
        now: datetime,
        record_id: int,
        pids: Mapping[str, Any],
        parent_id: int,
        parent_pids: Mapping[str, Any],
    ) -> None:
        """Write all identifiers of a record and its parent at once, and release what the record had beside them."""
        wanted = _claims(pids, now, record_id=record_id) + _claims(parent_pids, now, parent_id=parent_id)
        held = _held(connection, wanted, record_id)
        _take(connection, wanted, held)
        kept = {claim.row["value"] for claim in wanted if claim.row["record_id"] == record_id}
        if any(row.record_id == record_id and row.value not in kept for row in held):
            self.release(connection, record_id=record_id, keep=pids)

    def release(self, connection: Connection, *, record_id: int, keep: Mapping[str, Any] | None = None) -> None:
        """Give up the identifiers of a record that are not in `keep`."""
        values = [value["identifier"].lower() for value in (keep or {}).values()]
        connection.execute(_RELEASE, {"of_record": record_id, "kept": values})

    def release_parent(self, connection: Connection, *, parent_id: int) -> None:
        connection.execute(_RELEASE_PARENT, {"of_parent": parent_id})

    def find(self, session: Session, scheme: str, value: str) -> Identifier | None:
        """The row of an identifier, whatever its case."""
        return session.execute(
            select(Identifier).where(Identifier.scheme == scheme, Identifier.value == value.lower())
        ).scalar_one_or_none()


_IDENTIFIERS = cast(Table, Identifier.__table__)
_NEW = insert(_IDENTIFIERS)
_NAMED = and_(
    _IDENTIFIERS.c.scheme.in_(bindparam("scheme", expanding=True)),
    _IDENTIFIERS.c.value.in_(bindparam("value", expanding=True)),
)
_OF_RECORD = _IDENTIFIERS.c.record_id == bindparam("of_record")
_HELD = select(_IDENTIFIERS).where(_NAMED)
_HELD_OR_OWN = select(_IDENTIFIERS).where(or_(_NAMED, _OF_RECORD))
_OWN = select(_IDENTIFIERS).where(_OF_RECORD)
_TAKEN = update(_IDENTIFIERS).where(
    _IDENTIFIERS.c.scheme == bindparam("of_scheme"), _IDENTIFIERS.c.value == bindparam("of_value")
)
_RELEASE = delete(_IDENTIFIERS).where(_OF_RECORD, _IDENTIFIERS.c.value.not_in(bindparam("kept", expanding=True)))
_RELEASE_PARENT = delete(_IDENTIFIERS).where(_IDENTIFIERS.c.parent_id == bindparam("of_parent"))


class _Claim(NamedTuple):
    """An identifier as it is written, and the row that it has while it belongs to whom it is claimed for."""

    identifier: str
    row: dict[str, Any]


def _claims(
    pids: Mapping[str, Any], now: datetime, *, record_id: int | None = None, parent_id: int | None = None
) -> list[_Claim]:
    owner = {"record_id": record_id, "parent_id": parent_id, "created": now}
    return [
        _Claim(value["identifier"], {"scheme": scheme, "value": value["identifier"].lower(),
                                     "provider": value["provider"], **owner})
        for scheme, value in pids.items()
    ]  # fmt: skip


def _held(connection: Connection, wanted: list[_Claim], record_id: int | None = None) -> Sequence[Row[Any]]:
    """The rows there are of the `wanted` identifiers, and of what `record_id` has beside them."""
    values: dict[str, Any] = {name: [claim.row[name] for claim in wanted] for name in ("scheme", "value")}
    if record_id is None:
        return connection.execute(_HELD, values).all()
    return connection.execute(_HELD_OR_OWN if wanted else _OWN, values | {"of_record": record_id}).all()


def _take(connection: Connection, wanted: list[_Claim], held: Sequence[Row[Any]]) -> None:
    owners = {(row.scheme, row.value): (row.record_id, row.parent_id) for row in held}
    new = []
    for identifier, row in wanted:
        key, owner = (row["scheme"], row["value"]), (row["record_id"], row["parent_id"])
        if key not in owners:
            new.append(row)
        elif owners[key] == (None, None):
            changes = {name: row[name] for name in ("provider", "record_id", "parent_id")}
            connection.execute(_TAKEN, {"of_scheme": key[0], "of_value": key[1], **changes})
        elif owners[key] != owner:
            raise Conflict(_ELSEWHERE.format(identifier))
        owners[key] = owner
    if new:
        connection.execute(_NEW, new)


def is_offered(provider: IdentifierProvider) -> bool:
    """Whether a provider gives new identifiers to versions."""
    return bool(getattr(provider, "offered", True))
