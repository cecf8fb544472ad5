"""Problems beside their controls, and what is still missing for publishing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from muniment.errors import Problem
from muniment.web.ui.deposit.locating import locate
from muniment.web.ui.deposit.messages import worded
from muniment.web.ui.deposit.shape import ObjectNode

Tokens = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class ShownProblem:
    """A problem as people read it. `control` is where it is mended, "" when the form does not show the field;
    `missing` tells that nothing was entered yet, which is no mistake before publishing."""

    control: str
    label: str
    text: str
    severity: str = "error"
    missing: bool = False

    @property
    def line(self) -> str:
        """What a summary says: the field by name, unless the text names it: "Name the publisher: …"."""
        named = self.missing or self.label.casefold() in self.text.casefold()
        return self.text if named else f"{self.label}: {self.text}"

    @property
    def short(self) -> str:
        """What a list of what remains says: what is missing, or the field that needs a correction."""
        return self.text if self.missing or not self.label else self.label


def shown_problems(problems: Iterable[Problem], shape: ObjectNode, tokens: Tokens | None = None) -> list[ShownProblem]:
    """Problems of a draft at their places, each once."""
    found: dict[tuple[str, str], ShownProblem] = {}
    for problem in problems:
        if problem.code == "unknown_term" and problem.severity == "warning":
            continue  # the words stay, and the form shows them
        place = locate(shape, problem.field, dict(tokens or {}))
        text = worded(problem, place.label)
        shown = ShownProblem(place.control, place.label, text, problem.severity, problem.code == "required")
        found.setdefault((shown.control, shown.text), shown)
    return list(found.values())


def unique(problems: Iterable[ShownProblem]) -> list[ShownProblem]:
    """Each problem once; what is wrong with a control goes before that nothing valid is there."""
    listed = list(problems)
    wrong = {problem.control for problem in listed if problem.control and not problem.missing}
    kept = [problem for problem in listed if not (problem.missing and problem.control in wrong)]
    return list({(problem.control, problem.text): problem for problem in kept}.values())


def errors_by_control(problems: Iterable[ShownProblem]) -> dict[str, list[str]]:
    """The texts for each control."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.control, []).append(problem.text)
    return found
