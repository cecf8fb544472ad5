"""The sets of records: those that operators made of a search, and those that plugins offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from muniment.api import (
    ANONYMOUS,
    Actor,
    Contribution,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    PluginFailure,
    Problem,
    RecordItem,
    Repository,
    SearchRequest,
    UnitOfWork,
    ValidationFailed,
    attempt,
)
from muniment_oaipmh.arguments import SPEC
from muniment_oaipmh.events import SetChanged
from muniment_oaipmh.feed import with_ancestors
from muniment_oaipmh.models import SetRow

log = structlog.get_logger(__name__)

LONGEST: Final = 255
LONGEST_TEXT: Final = 5000
WRONG_SPEC: Final = "Letters, digits and - _ . ! ~ * ' ( ) only; a colon stands between a set and one inside of it."
TAKEN: Final = "There is a set with this spec already."
FIXED: Final = "The spec of a set cannot be changed: harvesters know it by that."


@dataclass(frozen=True)
class RecordSet:
    """A set as harvesters see it. `members` says which of some records are in it, when `plugin` offers it; `id`,
    `search_pattern` and the times are of those that operators made."""

    spec: str
    name: str
    description: str = ""
    members: Callable[[Sequence[RecordItem]], set[str]] | None = None
    plugin: str = ""
    id: int | None = None
    search_pattern: str = ""
    filled: int | None = None
    created: datetime | None = None
    updated: datetime | None = None

    @property
    def is_offered(self) -> bool:
        return self.members is not None


@dataclass(frozen=True)
class SetInput:
    """What an operator says of a set."""

    spec: str
    name: str
    search_pattern: str
    description: str = ""


class SetService:
    """The sets of one repository."""

    def __init__(self, repository: Repository, offered: Callable[[], Iterable[Contribution]]) -> None:
        self.repository = repository
        self.database = repository.database
        self._ask_plugins = offered

    @cached_property
    def offered(self) -> list[RecordSet]:
        """What plugins offer; what of it cannot be a set is left out, and the log tells."""
        found: dict[str, RecordSet] = {}
        for contribution in self._ask_plugins():
            made = RecordSet(**contribution.value, plugin=contribution.plugin)
            if not SPEC.fullmatch(made.spec) or made.spec in found:
                log.error("oaipmh_set_left_out", spec=made.spec)
                continue
            found[made.spec] = made
        return list(found.values())

    def sorted_anew(self, before: Mapping[int, frozenset[str]]) -> dict[int, frozenset[str]]:
        """The sets of public records, as far as plugins decide about them; the others are as they were `before`.

        A plugin that fails keeps nobody from publishing: it is asked again when the record is looked at.
        """
        if not self.offered or not before:
            return {}
        items = self.repository.records.items(ANONYMOUS, list(before))
        found = {number: set(before[number]) for number in items}
        for one in self.offered:
            members = self._members(one, list(items.values()))
            if members is not None:
                for number, item in items.items():
                    (found[number].add if item.id in members else found[number].discard)(one.spec)
        return {number: frozenset(specs) for number, specs in found.items()}

    def _members(self, one: RecordSet, items: Sequence[RecordItem]) -> set[str] | None:
        members = one.members
        if members is None:
            return None
        try:
            return attempt(one.plugin, f"set {one.spec}", lambda: members(items))
        except PluginFailure:
            log.exception("oaipmh_set_failed", spec=one.spec)
            return None

    def made(self) -> list[RecordSet]:
        """What operators made, in the order of their specs."""
        with self.database.read() as session:
            return [_set(row) for row in session.execute(select(SetRow).order_by(SetRow.spec)).scalars()]

    def all(self) -> list[RecordSet]:
        """Every set by its spec; one that only holds others is there too, named like its spec."""
        made = {one.spec: one for one in self.made()}
        found = {**{one.spec: one for one in self.offered}, **made}
        for spec in with_ancestors(found):
            found.setdefault(spec, RecordSet(spec, spec))
        return [found[spec] for spec in sorted(found)]

    def get(self, number: int) -> RecordSet:
        """One that operators made; raises `NotFound`."""
        with self.database.read() as session:
            row = session.get(SetRow, number)
        if row is None:
            raise NotFound("There is no such set.")
        return _set(row)

    def create(self, actor: Actor, values: SetInput) -> RecordSet:
        """Make a set. Raises `PermissionDenied`, and `ValidationFailed` that names the fields."""
        _require_administrator(actor)
        problems = self._problems(values)
        if not values.spec or len(values.spec) > LONGEST or not SPEC.fullmatch(values.spec):
            problems.insert(0, Problem("spec", WRONG_SPEC))
        elif values.spec in {one.spec for one in self.all() if one.id is not None or one.is_offered}:
            problems.insert(0, Problem("spec", TAKEN))
        if problems:
            raise ValidationFailed(errors=problems)
        try:
            with self.database.write() as unit:
                row = SetRow(spec=values.spec, created=unit.now)
                _fill(unit, row, values, actor, "created")
        except IntegrityError as error:
            raise ValidationFailed(errors=[Problem("spec", TAKEN)]) from error
        return _set(row)

    def update(self, actor: Actor, number: int, values: SetInput) -> RecordSet:
        """Change a set but for its spec. Raises like `create`, and `NotFound`."""
        _require_administrator(actor)
        present = self.get(number)
        problems = self._problems(values)
        if values.spec not in ("", present.spec):
            problems.insert(0, Problem("spec", FIXED))
        if problems:
            raise ValidationFailed(errors=problems)
        with self.database.write() as unit:
            row = unit.session.get(SetRow, number, with_for_update=True)
            if row is None:
                raise NotFound("There is no such set.")
            _fill(unit, row, values, actor, "updated")
        return _set(row)

    def delete(self, actor: Actor, number: int) -> None:
        """Remove a set; its records stay. Raises `PermissionDenied` and `NotFound`."""
        _require_administrator(actor)
        with self.database.write() as unit:
            row = unit.session.get(SetRow, number)
            if row is None:
                raise NotFound("There is no such set.")
            unit.session.delete(row)
            unit.emit(SetChanged(row.spec, gone=True))
            unit.audit("oaipmh.set_deleted", f"oaipmh-set:{number}", actor, spec=row.spec)

    def found_by(self, pattern: str) -> int:
        """How many public records a search finds; raises `InvalidRequest` for one that cannot be understood."""
        request = SearchRequest(q=pattern, size=1, all_versions=True, with_facets=False)
        return self.repository.records.search(ANONYMOUS, request).total

    def _problems(self, values: SetInput) -> list[Problem]:
        problems = []
        if not values.name.strip():
            problems.append(Problem("name", "Say how the set is called."))
        elif len(values.name) > LONGEST:
            problems.append(Problem("name", f"At most {LONGEST} characters."))
        if not values.search_pattern.strip():
            problems.append(
                Problem("search_pattern", "Say which records are in the set, as in the search of the site.")
            )
        elif len(values.search_pattern) > LONGEST_TEXT:
            problems.append(Problem("search_pattern", f"At most {LONGEST_TEXT} characters."))
        else:
            try:
                self.found_by(values.search_pattern)
            except InvalidRequest as error:
                problems.append(Problem("search_pattern", error.message))
        if len(values.description) > LONGEST_TEXT:
            problems.append(Problem("description", f"At most {LONGEST_TEXT} characters."))
        return problems


def set_number(text: str) -> int:
    """The number in an address; raises `NotFound` for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound("There is no such set.")
    return int(text)


def _require_administrator(actor: Actor) -> None:
    if not actor.can("administration"):
        raise PermissionDenied()


def _fill(unit: UnitOfWork, row: SetRow, values: SetInput, actor: Actor, act: str) -> None:
    if row.search_pattern != values.search_pattern.strip():
        row.filled = 0
    row.name, row.search_pattern = values.name.strip(), values.search_pattern.strip()
    row.description, row.updated = values.description.strip(), unit.now
    unit.session.add(row)
    unit.session.flush()
    unit.emit(SetChanged(row.spec))
    unit.audit(f"oaipmh.set_{act}", f"oaipmh-set:{row.id}", actor, spec=row.spec, search=row.search_pattern)


def _set(row: SetRow) -> RecordSet:
    return RecordSet(
        row.spec,
        row.name,
        row.description,
        id=row.id,
        search_pattern=row.search_pattern,
        filled=row.filled,
        created=row.created,
        updated=row.updated,
    )
