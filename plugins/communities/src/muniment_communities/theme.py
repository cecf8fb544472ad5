"""The accent colour of a community, on its own pages within the look of the site: checked so that it can be read on
light and dark pages, and written as a small style sheet."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from muniment.api import Problem, ValidationFailed

LIGHT, DARK = "primaryColor", "primaryColorDark"
#: The contrast that text needs, WCAG 2.2 criterion 1.4.3.
LEAST: Final = 4.5
NO_COLOUR: Final = "Write the colour as # and six digits, such as #0b5c6b."
NO_THEME: Final = "An object with 'enabled' and 'style'."
TOO_LIGHT: Final = "On light pages this colour has less than 4.5:1 contrast and is hard to read: choose a darker one."
TOO_DARK: Final = "On dark pages this colour has less than 4.5:1 contrast and is hard to read: choose a lighter one."
#: What the accent stands on, as the style sheets of the site have it where its operators change nothing; the last one
#: is what soft grounds are mixed with.
GROUNDS: Final[Mapping[str, Mapping[str, str]]] = {
    LIGHT: {"bg": "#fbfaf8", "sunken": "#f2f0ec", "surface": "#ffffff"},
    DARK: {"bg": "#111418", "sunken": "#0c0f12", "surface": "#191d23"},
}
_HEX: Final = re.compile(r"#[0-9a-f]{6}", re.ASCII)
_SOFT: Final = 0.1  # share of the accent in a soft ground
_WHITE, _BLACK = "#ffffff", "#000000"
_BAND: Final = (
    "#main .community-head{margin-top:var(--s5);padding-inline:var(--s5);border-radius:var(--radius);"
    "background:var(--brand-soft)}#main .community-head .avatar{background:var(--surface)}"
)


@dataclass(frozen=True)
class Grounds:
    """What text in the accent stands on, on light and on dark pages of this site."""

    light: tuple[str, ...]
    dark: tuple[str, ...]

    @classmethod
    def of(cls, site: Any) -> Grounds:
        """`site` is the theme of the configuration."""
        changed = {LIGHT: site.colours, DARK: site.dark_colours}
        light, dark = (
            tuple(_six(changed[mode].get(name, colour)) for name, colour in GROUNDS[mode].items())
            for mode in (LIGHT, DARK)
        )
        return cls(light, dark)

    def colours(self, accent: str, mode: str) -> tuple[str, ...]:
        """Those of a mode, with the soft ground in the accent's colour."""
        plain = self.light if mode == LIGHT else self.dark
        return (*plain, soft(accent, plain))


def checked_theme(sent: Any, grounds: Grounds) -> dict[str, Any]:
    """What to store of a theme in InvenioRDM's JSON; an empty object for none. `primaryColorDark`, an addition to it,
    can be left out. Raises `ValidationFailed` that names the colour and what is wrong with it."""
    if not isinstance(sent, Mapping) or not isinstance(sent.get("style", {}), Mapping):
        raise ValidationFailed(errors=[Problem("theme", NO_THEME)])
    style, enabled = sent.get("style", {}), sent.get("enabled", bool(sent.get("style")))
    if not isinstance(enabled, bool):
        raise ValidationFailed(errors=[Problem("theme.enabled", "Not a valid boolean.")])
    if not enabled:
        return {}
    chosen = {mode: style[mode] for mode in (LIGHT, DARK) if (mode == LIGHT and mode in style) or style.get(mode)}
    problems = list(_problems({LIGHT: "", **chosen}, grounds))
    if problems:
        raise ValidationFailed(errors=problems)
    return {"enabled": True, "style": {mode: colour.lower() for mode, colour in chosen.items()}}


def _problems(chosen: Mapping[str, Any], grounds: Grounds) -> Iterator[Problem]:
    for mode, colour in chosen.items():
        if not isinstance(colour, str) or not _HEX.fullmatch(colour.lower()):
            yield Problem(f"theme.style.{mode}", NO_COLOUR)
        elif not is_readable(colour.lower(), mode, grounds):
            yield Problem(f"theme.style.{mode}", TOO_LIGHT if mode == LIGHT else TOO_DARK)


def is_readable(accent: str, mode: str, grounds: Grounds) -> bool:
    return all(contrast(accent, ground) >= LEAST for ground in grounds.colours(accent, mode))


def for_dark(accent: str, grounds: Grounds) -> str:
    """The accent, as much lighter as dark pages need it."""
    shades = (mixed(accent, _WHITE, share / 20) for share in range(21))
    return next((shade for shade in shades if is_readable(shade, DARK, grounds)), _WHITE)


def stylesheet(theme: Mapping[str, Any], grounds: Grounds) -> str:
    """The style sheet of a theme; "" for none. It reaches the content of the page only: what surrounds it is the
    site's."""
    style = theme.get("style") or {}
    if not theme.get("enabled") or not style.get(LIGHT):
        return ""
    light = style[LIGHT]
    dark = style.get(DARK) or for_dark(light, grounds)
    tokens = {
        "brand": (light, dark),
        "link": (light, dark),
        "on-brand": (_on(light), _on(dark)),
        "brand-soft": (soft(light, grounds.light), soft(dark, grounds.dark)),
    }
    lines = "".join(f"--{name}:light-dark({one},{other});" for name, (one, other) in tokens.items())
    return f"@layer instance{{#main{{{lines}}}{_BAND}}}\n"


def fingerprint(sheet: str) -> str:
    """What tells a style sheet from others at the same address."""
    return hashlib.sha256(sheet.encode()).hexdigest()[:12]


def soft(accent: str, plain: tuple[str, ...]) -> str:
    return mixed(plain[-1], accent, _SOFT)


def mixed(one: str, other: str, share: float) -> str:
    """A colour with so much of the `other` in it, 0 to 1."""
    channels = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(first + (second - first) * share):02x}" for first, second in channels)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#rrggbb` by WCAG 2.2: 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _on(accent: str) -> str:
    """White or black on the accent: one of them always has the contrast."""
    return _WHITE if contrast(_WHITE, accent) >= LEAST else _BLACK


def _luminance(colour: str) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _six(colour: str) -> str:
    return "#" + "".join(digit * 2 for digit in colour[1:]) if len(colour) == 4 else colour
