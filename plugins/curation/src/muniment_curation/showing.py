"""Outcomes of checks as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from muniment.api import local_minute
from muniment_curation.checking import FAILED, PENDING, Outcome
from muniment_curation.checks import ERROR


@dataclass(frozen=True)
class ShownOutcome:
    """A check with its state in words (`kind` colours it), what it found, each with the place where it is mended, and
    when it was run in the background."""

    title: str
    state: str
    kind: str
    findings: tuple[tuple[str, str], ...]
    when: str


def shown(outcomes: Iterable[Outcome], form: str) -> list[ShownOutcome]:
    """`form` is the address of the deposit form, "" within it; what has to be mended comes first."""
    found = [
        ShownOutcome(
            str(one.setting.check.title),
            *_state(one),
            tuple((finding.text, _place(finding.field, form)) for finding in one.findings),
            local_minute(one.checked) if one.checked is not None else "",
        )
        for one in outcomes
    ]
    order = ["bad", "warn", "info", "ok"]
    return sorted(found, key=lambda one: order.index(one.kind))


def summary(outcomes: Sequence[ShownOutcome]) -> str:
    """A line for what has no room for more."""
    if any(one.kind == "bad" for one in outcomes):
        return str(_("Something has to be mended before this can be submitted."))
    if any(one.kind == "warn" for one in outcomes):
        return str(_("There is advice; you can submit this as it is."))
    return str(_("Nothing stands against submitting this."))


def _state(outcome: Outcome) -> tuple[str, str]:
    if outcome.status == PENDING:
        return str(_("is being checked")), "info"
    if outcome.status == FAILED:
        return str(_("could not be run")), "info"
    if outcome.passed:
        return str(_("passed")), "ok"
    if outcome.setting.level == ERROR:
        return str(_("to be mended")), "bad"
    return str(_("advice")), "warn"


def _place(field: str, form: str) -> str:
    """The list or field of the form that a finding is about; entries have no place of their own that would last."""
    if not field:
        return ""
    return f"{form}#files" if field == "files" else f"{form}#f-{'.'.join(field.split('.')[:2])}"
