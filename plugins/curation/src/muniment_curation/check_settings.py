"""Which checks a community has switched on, and with what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sqlalchemy import delete, select

from muniment.api import Actor, Problem, Repository, ValidationFailed
from muniment_communities.api import Community, CommunityService, note
from muniment_curation.checks import ADVICE, LEVELS, OFF, CurationCheck, Parameters
from muniment_curation.events import ChecksDue
from muniment_curation.models import CheckRow, ReviewRow

#: Of one parameter so many entries of at most so many characters.
MOST: Final = 200
LONGEST: Final = 100


@dataclass(frozen=True)
class CheckSetting:
    """A check as a community has it; `level` is ``off``, ``advice`` or ``error``."""

    check: CurationCheck
    level: str
    parameters: Parameters


class CheckSettings:
    """The checks of the communities of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    @cached_property
    def declared(self) -> Mapping[str, CurationCheck]:
        """All checks that plugins offer, in their order."""
        found: dict[str, CurationCheck] = {}
        for check in self.repository.hooks.curation_checks():
            found.setdefault(check.id, check)
        return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))

    def all(self, community: str) -> list[CheckSetting]:
        """Every check with what the community has made of it, those that are off too."""
        with self.database.read() as session:
            rows = {
                row.check_id: row
                for row in session.execute(select(CheckRow).where(CheckRow.community == community)).scalars()
            }
        return [_setting(check, rows.get(check.id)) for check in self.declared.values()]

    def active(self, community: str) -> list[CheckSetting]:
        """Those that are on; one statement."""
        return [setting for setting in self.all(community) if setting.level != OFF]

    def get(self, actor: Actor, community: Community) -> list[CheckSetting]:
        """As `all`, for managers of the community; raises `PermissionDenied` and `NotFound`."""
        CommunityService(self.repository).roles.require(actor, community, "manage")
        return self.all(community.id)

    def change(self, actor: Actor, community: Community, sent: Mapping[str, Mapping[str, Any]]) -> list[CheckSetting]:
        """Change some checks of a community: by id ``{"level", "parameters": {name: [texts]}}``; what is left out
        stays. What is under way to the community is checked anew. Raises `ValidationFailed`, and as `get`."""
        present = {setting.check.id: setting for setting in self.get(actor, community)}
        problems: list[Problem] = []
        changed = {id: self._read(present, id, one, problems) for id, one in sent.items()}
        if problems:
            raise ValidationFailed(errors=problems)
        with self.database.write() as unit:
            CommunityService(self.repository).locked(unit, community.id)
            for setting in changed.values():
                assert setting is not None
                unit.session.execute(
                    delete(CheckRow).where(CheckRow.community == community.id, CheckRow.check_id == setting.check.id)
                )
                unit.session.add(
                    CheckRow(
                        community=community.id,
                        check_id=setting.check.id,
                        level=setting.level,
                        parameters={name: list(value) for name, value in setting.parameters.items()},
                    )
                )
            note(unit, actor, community.id, "checks_changed", checks=sorted(changed))
            for number in unit.session.execute(
                select(ReviewRow.number).where(ReviewRow.community == community.id)
            ).scalars():
                unit.emit(ChecksDue(number))
        return self.all(community.id)

    def _read(
        self, present: Mapping[str, CheckSetting], id: str, sent: Mapping[str, Any], problems: list[Problem]
    ) -> CheckSetting | None:
        setting = present.get(id)
        if setting is None:
            problems.append(Problem(id, "There is no such check."))
            return None
        level = sent.get("level", setting.level)
        if level not in LEVELS:
            problems.append(Problem(f"{id}.level", f"One of {', '.join(LEVELS)}."))
        given = sent.get("parameters")
        given = given if isinstance(given, Mapping) else {}
        parameters = dict(setting.parameters)
        known = {parameter.name: parameter for parameter in setting.check.parameters}
        for name, value in given.items():
            where = f"{id}.parameters.{name}"
            if name not in known:
                problems.append(Problem(where, "The check has no such parameter."))
                continue
            texts = [str(text).strip() for text in value] if isinstance(value, list) else []
            texts = list(dict.fromkeys(text for text in texts if text))
            if not isinstance(value, list) or len(texts) > MOST or any(len(text) > LONGEST for text in texts):
                problems.append(Problem(where, f"A list of at most {MOST} texts of at most {LONGEST} characters."))
                continue
            ask = known[name].problem
            wrong = [message for text in texts if ask and (message := ask(self.repository, text))]
            choices = dict(known[name].choices)
            wrong += [f"'{text}' is none of {', '.join(choices)}." for text in texts if choices and text not in choices]
            problems += [Problem(where, message) for message in wrong]
            if not texts and level != OFF:
                problems.append(Problem(where, "Name at least one, or switch the check off."))
            parameters[name] = tuple(texts)
        return CheckSetting(setting.check, str(level), parameters)


def _setting(check: CurationCheck, row: CheckRow | None) -> CheckSetting:
    stored = row.parameters if row is not None else {}
    parameters = {
        parameter.name: tuple(str(text) for text in stored[parameter.name])
        if isinstance(stored.get(parameter.name), list)
        else parameter.default
        for parameter in check.parameters
    }
    level = row.level if row is not None else OFF
    return CheckSetting(check, level if level in LEVELS else ADVICE, parameters)
