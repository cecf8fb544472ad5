"""Single funders and grants that administrators add, change and remove.

What was changed here is marked: loading a dump leaves it as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from marshmallow import Schema, ValidationError
from sqlalchemy import delete, func, select, tuple_, update

from muniment.api import (
    Actor,
    Conflict,
    NotFound,
    PermissionDenied,
    Problem,
    Repository,
    RevisionMismatch,
    UnitOfWork,
    ValidationFailed,
    problems_of,
)
from muniment_openaire.entries import EDITED, MAX_ID, AwardEntry, FunderEntry
from muniment_openaire.models import Award, AwardWord, Funder, FunderName
from muniment_openaire.schemas import AwardInput, FunderInput
from muniment_openaire.storing import LoadReport, write_awards, write_funders

PERMISSION: Final = "administration"
_DETAILS: Final = ("identifiers", "subjects", "organizations", "start_date", "end_date", "description")

Row = TypeVar("Row", Funder, Award)


class Editing:
    """Changes by `actor`; each method raises `PermissionDenied` unless that is an administrator."""

    def __init__(self, repository: Repository, actor: Actor) -> None:
        if not actor.can(PERMISSION):
            raise PermissionDenied()
        self._repository = repository
        self._actor = actor

    def put_funder(self, data: Any, identifier: str = "", revision: int | None = None) -> Funder:
        """Add a funder, or replace what is said of the one with this `identifier`.

        Raises `ValidationFailed` for what is wrong with the data, `NotFound`, and `RevisionMismatch` when `revision` is
        not the present one.
        """
        sent = _checked(FunderInput(), _named(data, identifier))
        with self._repository.database.write() as unit:
            self._expect(unit, Funder, sent["id"], identifier, revision)
            entry = _funder(sent)
            _refuse_names_of_others(unit, entry)
            write_funders(unit, [entry], LoadReport())
            titles = {"en": entry.name, **sent["title"]}
            return self._finish(unit, Funder, entry.id, titles, "update" if identifier else "create")

    def put_award(self, data: Any, identifier: str = "", revision: int | None = None) -> Award:
        """Add a grant, or replace what is said of the one with this `identifier`; its funder and number stay. Raises
        what `put_funder` does."""
        sent = _checked(AwardInput(), _named(data, identifier))
        with self._repository.database.write() as unit:
            entry = _award(sent)
            problems = _problems_of_award(unit, entry, sent)
            if problems:
                raise ValidationFailed(errors=problems)
            self._expect(unit, Award, entry.id, identifier, revision)
            write_awards(unit, [entry], LoadReport())
            titles = sent["title"] or {"en": entry.title or entry.acronym or entry.number}
            return self._finish(unit, Award, entry.id, titles, "update" if identifier else "create")

    def delete_funder(self, identifier: str, revision: int | None = None) -> None:
        """Remove a funder that has no grants; records keep its id and lose its title. Raises `Conflict` for others."""
        with self._repository.database.write() as unit:
            self._expect(unit, Funder, identifier, identifier, revision)
            grants = unit.session.execute(select(func.count()).where(Award.funder_id == identifier)).scalar_one()
            if grants:
                raise Conflict(f"'{identifier}' has {grants} grants; delete these first.")
            unit.session.execute(delete(FunderName).where(FunderName.funder_id == identifier))
            unit.session.execute(delete(Funder).where(Funder.id == identifier))
            self._told(unit, Funder, identifier, "delete")

    def delete_award(self, identifier: str, revision: int | None = None) -> None:
        """Remove a grant; records keep its id and lose its title."""
        with self._repository.database.write() as unit:
            row = self._expect(unit, Award, identifier, identifier, revision)
            assert row is not None
            pairs = [(word, row.row) for word in row.words.split()]
            unit.session.execute(delete(AwardWord).where(tuple_(AwardWord.word, AwardWord.row).in_(pairs)))
            unit.session.execute(delete(Award).where(Award.id == identifier))
            self._told(unit, Award, identifier, "delete")

    def _expect(
        self, unit: UnitOfWork, model: type[Row], name: str, identifier: str, revision: int | None
    ) -> Row | None:
        """The row that is changed, which must be there in that revision; None when one is added, which must not."""
        row: Row | None = None
        if "\x00" not in name:
            row = unit.session.execute(select(model).where(model.id == name)).scalar()
        if not identifier:
            if row is not None:
                raise ValidationFailed(errors=[Problem("id", f"There is a '{name}' already.")])
            return None
        if row is None:
            raise NotFound()
        if revision is not None and revision != row.revision:
            raise RevisionMismatch(f"Revision id provided({revision}) doesn't match record's one({row.revision})")
        return row

    def _finish(self, unit: UnitOfWork, model: type[Row], name: str, titles: Mapping[str, str], act: str) -> Row:
        statement = update(model).where(model.id == name).values(titles=dict(titles), digest=EDITED)
        unit.session.execute(statement, execution_options={"synchronize_session": False})
        self._told(unit, model, name, act)
        unit.session.expire_all()
        return unit.session.execute(select(model).where(model.id == name)).scalar_one()

    def _told(self, unit: UnitOfWork, model: type[Funder] | type[Award], name: str, act: str) -> None:
        vocabulary = "funders" if model is Funder else "awards"
        self._repository.vocabularies.changed(unit, vocabulary)
        unit.audit(f"vocabulary.{act}", f"vocabulary:{vocabulary}/{name}", self._actor)


def _named(data: Any, identifier: str) -> Any:
    """What was sent, with the id of the address; that in the body does not count then."""
    return {**data, "id": identifier} if identifier and isinstance(data, Mapping) else data


def _checked(schema: Schema, data: Any) -> dict[str, Any]:
    try:
        found: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        raise ValidationFailed(errors=list(problems_of(error.messages, ""))) from error
    return found


def _funder(sent: Mapping[str, Any]) -> FunderEntry:
    own = {("ror", sent["id"])}
    pairs = dict.fromkeys((each["scheme"].lower(), each["identifier"]) for each in sent["identifiers"])
    return FunderEntry(
        id=sent["id"],
        name=sent["name"],
        names=sent["title"],
        acronyms=(sent["acronym"],) if sent["acronym"] else (),
        country=sent["country"],
        identifiers=tuple(pair for pair in pairs if pair not in own),
    )


def _refuse_names_of_others(unit: UnitOfWork, entry: FunderEntry) -> None:
    statement = select(FunderName).where(FunderName.name.in_(entry.other_names), FunderName.funder_id != entry.id)
    for taken in unit.session.execute(statement).scalars():
        told = f"'{taken.name}' is an identifier of the funder '{taken.funder_id}' already."
        raise ValidationFailed(errors=[Problem("identifiers", told)])


def _award(sent: Mapping[str, Any]) -> AwardEntry:
    details = {name: sent[name] for name in _DETAILS if sent[name]}
    details |= {name: details[name].isoformat() for name in ("start_date", "end_date") if name in details}
    title = sent["title"]
    return AwardEntry(
        funder=sent["funder"]["id"],
        number=sent["number"],
        title=str(title.get("en") or next(iter(title.values()), "")),
        acronym=sent["acronym"],
        program=sent["program"],
        details=details,
    )


def _problems_of_award(unit: UnitOfWork, entry: AwardEntry, sent: Mapping[str, Any]) -> list[Problem]:
    found = []
    known = "\x00" not in entry.funder and unit.session.get(Funder, entry.funder) is not None
    if not known:
        found.append(Problem("funder.id", f"There is no funder '{entry.funder}'; add it first."))
    if sent["id"] not in ("", entry.id):
        found.append(Problem("id", f"The id follows from the funder and the number: '{entry.id}'."))
    if len(entry.id) > MAX_ID:
        found.append(Problem("number", f"Funder and number may have {MAX_ID - 2} letters together."))
    return found
