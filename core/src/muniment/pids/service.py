"""Persistent identifiers of drafts and records: reserved, given from elsewhere, released."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from muniment.errors import Conflict, InvalidRequest, Problem
from muniment.pids.provider import IdentifierProvider, IdentifierRequest
from muniment.records.models import Identifier

if TYPE_CHECKING:
    from datetime import datetime

    from muniment.hooks.caller import Hooks

EXTERNAL = "external"


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
        session: Session,
        pids: Mapping[str, Any],
        now: datetime,
        *,
        record_id: int | None = None,
        parent_id: int | None = None,
    ) -> None:
        """Write identifiers as belonging to a record or parent; raises `Conflict` when one belongs to another."""
        for scheme, value in pids.items():
            identifier = value["identifier"]
            row = session.get(Identifier, (scheme, identifier.lower()))
            if row is None:
                session.add(
                    Identifier(
                        scheme=scheme,
                        value=identifier.lower(),
                        provider=value["provider"],
                        record_id=record_id,
                        parent_id=parent_id,
                        created=now,
                    )
                )
            elif (row.record_id, row.parent_id) == (None, None):
                row.record_id, row.parent_id, row.provider = record_id, parent_id, value["provider"]
            elif (row.record_id, row.parent_id) != (record_id, parent_id):
                raise Conflict(f"The identifier {identifier} belongs to another record of this repository.")
        session.flush()

    def release(self, session: Session, *, record_id: int, keep: Mapping[str, Any] | None = None) -> None:
        """Give up the identifiers of a record that are not in `keep`."""
        values = [value["identifier"].lower() for value in (keep or {}).values()]
        session.execute(delete(Identifier).where(Identifier.record_id == record_id, Identifier.value.not_in(values)))

    def release_parent(self, session: Session, *, parent_id: int) -> None:
        session.execute(delete(Identifier).where(Identifier.parent_id == parent_id))

    def find(self, session: Session, scheme: str, value: str) -> Identifier | None:
        """The row of an identifier, whatever its case."""
        return session.execute(
            select(Identifier).where(Identifier.scheme == scheme, Identifier.value == value.lower())
        ).scalar_one_or_none()


def is_offered(provider: IdentifierProvider) -> bool:
    """Whether a provider gives new identifiers to versions."""
    return bool(getattr(provider, "offered", True))
