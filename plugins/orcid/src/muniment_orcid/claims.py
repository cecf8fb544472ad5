""" "This is me": owners say which creator of their record they are, and ORCID has said who they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from muniment.api import (
    SYSTEM,
    Actor,
    Conflict,
    MunimentError,
    NotFound,
    PartSubject,
    PermissionDenied,
    Problem,
    Repository,
    UnitOfWork,
    ValidationFailed,
)
from muniment_orcid.models import Claim
from muniment_orcid.permissions import Permissions

if TYPE_CHECKING:
    from muniment.api import PluginContext

_OPEN_DRAFT = "Changes to this record are under way. Publish or discard them first."


@dataclass(frozen=True)
class Creator:
    """A creator who may be the person: its place in the list (from 0), and its name."""

    place: int
    name: str


class Claims:
    """The claims of one repository."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.permissions = Permissions(context)

    @property
    def repository(self) -> Repository:
        return self.context.repository

    def orcids(self, parent_id: int) -> set[str]:
        """The iDs with which people said that they are creators of a record."""
        with self.repository.database.read() as session:
            return set(session.execute(select(Claim.orcid).where(Claim.parent_id == parent_id)).scalars())

    def dump(self, _repository: Repository, subjects: Sequence[PartSubject]) -> Mapping[int, Any]:
        """The proved identifiers of people, for the record's JSON and its page."""
        parents = {subject.parent_id for subject in subjects}
        found: dict[int, list[str]] = {}
        with self.repository.database.read() as session:
            rows = session.execute(
                select(Claim.parent_id, Claim.orcid).where(Claim.parent_id.in_(parents)).order_by(Claim.orcid)
            )
            for parent_id, orcid in rows:
                found.setdefault(parent_id, []).append(orcid)
        return {
            subject.record_id: {
                "verified_identifiers": [{"scheme": "orcid", "identifier": one} for one in found[subject.parent_id]]
            }
            for subject in subjects
            if subject.parent_id in found
        }

    def candidates(self, actor: Actor, number: str) -> list[Creator]:
        """Who of a record's creators the person could be: their own record, and nobody is them yet.

        Creators with the iD of somebody else are left out; whoever has the person's iD already is the only one.
        Raises `NotFound` for what is not the actor's own published record, or when no iD is linked.
        """
        orcid, record = self._asked(actor, number)
        if orcid in self.orcids(int(self.repository.records.number_of(record["parent"]["id"]))):
            return []
        return _candidates(record["metadata"].get("creators") or [], orcid)

    def claim(self, actor: Actor, number: str, place: str, name: str) -> None:
        """Write the person's iD beside the creator at `place`, who must still have this `name`, and remember it.

        The record gets a new edition, unless the iD stands there already. Raises `ValidationFailed` and `Conflict`.
        """
        orcid, record = self._asked(actor, number)
        wanted = [one for one in self.candidates(actor, number) if str(one.place) == place and one.name == name]
        if not wanted:
            raise ValidationFailed(errors=[Problem("creator", "Choose which of the creators you are.")])
        parent_id = int(self.repository.records.number_of(record["parent"]["id"]))
        if orcid in _orcids(record["metadata"]["creators"][wanted[0].place]):
            with self.repository.database.write() as unit:
                self._remember(unit, actor, parent_id, orcid)
            self.repository.records.refresh(SYSTEM, number)
            return
        self._publish(actor, number, wanted[0].place, orcid, parent_id)

    def _publish(self, actor: Actor, number: str, place: int, orcid: str, parent_id: int) -> None:
        records = self.repository.records
        if records.open_drafts(actor, number).edit:
            raise Conflict(_OPEN_DRAFT)
        draft = records.edit(actor, number)
        try:
            creator = draft.data["metadata"]["creators"][place]["person_or_org"]
            creator["identifiers"] = [*creator.get("identifiers", []), {"scheme": "orcid", "identifier": orcid}]
            saved = records.update_draft(actor, number, draft.data)
            records.publish(
                actor,
                number,
                saved.data["revision_id"],
                within=lambda unit: self._remember(unit, actor, parent_id, orcid),
                wait=False,
            )
        except MunimentError:
            records.delete_draft(actor, number)
            raise
        # It was rendered before the claim was written.
        records.refresh(SYSTEM, number)

    def _remember(self, unit: UnitOfWork, actor: Actor, parent_id: int, orcid: str) -> None:
        assert actor.subject is not None
        statement = select(Claim).where(Claim.user_id == actor.subject, Claim.parent_id == parent_id)
        row = unit.session.execute(statement).scalar_one_or_none()
        if row is None:
            row = Claim(user_id=actor.subject, parent_id=parent_id, created=unit.now)
            unit.session.add(row)
        row.orcid = orcid
        unit.audit("orcid.claimed", f"parent:{parent_id}", actor, orcid=orcid)

    def _asked(self, actor: Actor, number: str) -> tuple[str, Any]:
        """The person's iD and their record; raises `NotFound`."""
        if actor.subject is None:
            raise NotFound()
        try:
            handle = self.repository.records.parent_for(actor, number)
        except PermissionDenied as error:
            raise NotFound() from error
        orcid = self.permissions.orcid_of(actor.subject)
        if not orcid or handle.owner != actor.subject:
            raise NotFound()
        return orcid, self.repository.records.read(actor, number).data


def _candidates(creators: Sequence[Mapping[str, Any]], orcid: str) -> list[Creator]:
    people = [
        (Creator(place, str(creator["person_or_org"].get("name") or "")), _orcids(creator))
        for place, creator in enumerate(creators)
        if creator["person_or_org"].get("type") != "organizational"
    ]
    named = [one for one, orcids in people if orcid in orcids]
    return named[:1] or [one for one, orcids in people if not orcids]


def _orcids(creator: Mapping[str, Any]) -> Iterable[str]:
    return [
        str(one["identifier"])
        for one in creator["person_or_org"].get("identifiers") or []
        if one.get("scheme") == "orcid"
    ]
