"""The colours of a form: what was chosen, what is wrong with it, and what the preview needs to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import lazy_gettext

from muniment.errors import Problem
from muniment.settings.config import Theme
from muniment.web.ui.branding import CONTROL_PAIRS, TEXT_PAIRS, default_colours, theme_problems

MODES: Final = ("light", "dark")
#: The colours that most instances change, each with what it is for; the others follow.
MAIN: Final = {
    "brand": lazy_gettext("Accent: buttons, marks, the chosen entry"),
    "on-brand": lazy_gettext("Text on the accent"),
    "brand-soft": lazy_gettext("Soft ground in the accent's colour"),
    "link": lazy_gettext("Links"),
}
OTHERS: Final = {
    "bg": lazy_gettext("Ground of the page"),
    "surface": lazy_gettext("Cards and fields"),
    "sunken": lazy_gettext("Foot of the page, code"),
    "ink": lazy_gettext("Text"),
    "ink-2": lazy_gettext("Quiet text"),
    "line": lazy_gettext("Lines"),
    "line-strong": lazy_gettext("Edges of fields"),
    "focus-colour": lazy_gettext("Frame of what has the focus"),
    "mark": lazy_gettext("Marked text"),
    "ok": lazy_gettext("Success"),
    "ok-soft": lazy_gettext("Ground of success"),
    "warn": lazy_gettext("Warning"),
    "warn-soft": lazy_gettext("Ground of warnings"),
    "bad": lazy_gettext("Error"),
    "bad-soft": lazy_gettext("Ground of errors"),
}
#: `front on back` and the contrast that it needs, for the preview.
PAIRS: Final = [[*pair, 4.5] for pair in TEXT_PAIRS] + [[*pair, 3] for pair in CONTROL_PAIRS]


@dataclass(frozen=True)
class Row:
    """One colour: the token, what it is for, and its values on light and on dark pages."""

    token: str
    title: str
    light: str
    dark: str


def rows(titles: Mapping[str, str], chosen: Mapping[str, Mapping[str, str]]) -> list[Row]:
    """`chosen` holds the changed colours by mode."""
    known = default_colours()
    return [
        Row(token, title, *(_six(chosen[mode].get(token, known[token][place])) for place, mode in enumerate(MODES)))
        for token, title in titles.items()
    ]


def _six(colour: str) -> str:
    """`#rrggbb`, which is all that a control for colours takes."""
    return "#" + "".join(digit * 2 for digit in colour[1:]) if len(colour) == 4 else colour.lower()


def changed(form: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The colours of a sent form, `light.brand` and so on, that are not the core's."""
    return {
        mode: {
            token: form[f"{mode}.{token}"].strip().lower()
            for token, pair in default_colours().items()
            if f"{mode}.{token}" in form and form[f"{mode}.{token}"].strip().lower() != pair[place]
        }
        for place, mode in enumerate(MODES)
    }


def problems(chosen: Mapping[str, Mapping[str, str]]) -> list[Problem]:
    """What is wrong with the chosen colours, each at its control."""
    return list(_at_controls(theme_problems(Theme(colours=chosen["light"], dark_colours=chosen["dark"]))))


def _at_controls(found: list[Problem]) -> Iterator[Problem]:
    for problem in found:
        section, _, token = problem.field.rpartition(".")
        mode = "dark" if section.endswith("dark_colours") else "light"
        yield Problem(f"{mode}.{token}", f"{problem.message[:1].upper()}{problem.message[1:]}.")
