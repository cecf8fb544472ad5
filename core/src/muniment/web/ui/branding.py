"""How an instance looks: its name, logo, texts and colours, and whether its colours can be read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from muniment.errors import ConfigurationError, Problem
from muniment.settings.config import Config, Theme
from muniment.web.ui.assets import CORE_STATIC

#: Texts of `[theme.texts]`. Each may be given per language too, as ``"tagline.de"``.
TEXTS = {
    "masthead": "Beside the logo at the top; the site's name if not set, nothing if empty.",
    "headline": "The large words of the front page; the site's name if not set.",
    "tagline": "Below the headline; the site's description if not set.",
    "about": "Who runs the repository and for whom, on the front page.",
    "footer": "At the foot of every page.",
    "privacy": "Who is responsible for personal data and whom to ask, on the privacy notice.",
}

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_TOKEN = re.compile(r"--([a-z0-9-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)")

#: Pairs (text, what it stands on) that need 4.5:1, WCAG 2.2 criterion 1.4.3.
TEXT_PAIRS = (
    ("ink", "bg"), ("ink", "surface"), ("ink", "sunken"), ("ink", "mark"), ("ink", "brand-soft"), ("ink", "ok-soft"),
    ("ink", "warn-soft"), ("ink", "bad-soft"), ("ink-2", "bg"), ("ink-2", "surface"), ("ink-2", "sunken"),
    ("ink-2", "brand-soft"), ("link", "bg"), ("link", "surface"), ("link", "sunken"), ("link", "brand-soft"),
    ("on-brand", "brand"), ("brand", "brand-soft"), ("brand", "bg"), ("brand", "surface"), ("ok", "ok-soft"),
    ("warn", "warn-soft"), ("bad", "bad-soft"), ("bad", "surface"), ("bad", "bg"),
)  # fmt: skip
#: Pairs that need 3:1, criterion 1.4.11: edges of controls and the focus ring.
CONTROL_PAIRS = (
    ("line-strong", "surface"), ("line-strong", "bg"), ("focus-colour", "bg"), ("focus-colour", "surface"),
    ("focus-colour", "sunken"),
)  # fmt: skip


@dataclass(frozen=True)
class Branding:
    """What templates know as `site`, in one language."""

    name: str
    description: str
    home: str
    masthead: str
    logo: str
    logo_dark: str
    headline: str
    tagline: str
    about: str
    footer_text: str
    privacy: str
    contact: str
    publisher: str
    registration: bool
    texts: Mapping[str, str] = field(default_factory=dict)


def branding(config: Config, static: Path, locale: str, written: Mapping[str, str] | None = None) -> Branding:
    """The branding in the language `locale`; `static` is the instance's folder of static files. Texts that operators
    have `written` come before those of the configuration."""
    theme, site = config.theme, config.site
    texts = {
        name: text
        for name in TEXTS
        if (text := themed_text(written or {}, name, locale) or themed_text(theme.texts, name, locale)) is not None
    }
    return Branding(
        name=site.name,
        description=site.description,
        home="/",
        masthead=texts.get("masthead", site.name),
        logo=theme.logo,
        logo_dark=theme.logo_dark or _dark_variant(theme.logo, static),
        headline=texts.get("headline", site.name),
        tagline=texts.get("tagline", site.description),
        about=texts.get("about", ""),
        footer_text=texts.get("footer", site.description),
        privacy=texts.get("privacy", ""),
        contact=site.contact,
        publisher=site.publisher or site.name,
        registration=site.registration,
        texts=texts,
    )


def themed_text(texts: Mapping[str, str], name: str, locale: str) -> str | None:
    """The text in the language, else in any; None when there is none."""
    for key in (f"{name}.{locale}", f"{name}.{locale.split('_')[0]}", name):
        if key in texts:
            return texts[key]
    return None


def is_address(logo: str) -> bool:
    """Whether a logo was uploaded, and so is an address of this site instead of a file of the instance."""
    return logo.startswith("/")


def _dark_variant(logo: str, static: Path) -> str:
    """``logo-dark.svg`` beside ``logo.svg`` is used on dark pages."""
    if not logo or is_address(logo):
        return ""
    path = Path(logo)
    dark = path.with_name(f"{path.stem}-dark{path.suffix}").as_posix()
    return dark if (static / dark).is_file() else ""


@lru_cache(maxsize=1)
def default_colours() -> dict[str, tuple[str, str]]:
    """The colour tokens of the core as (light, dark), read from its style sheet."""
    text = (CORE_STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    return {name: (light, dark) for name, light, dark in _TOKEN.findall(text)}


def colours(theme: Theme) -> dict[str, tuple[str, str]]:
    """All tokens with the instance's changes."""
    return {
        name: (theme.colours.get(name, light), theme.dark_colours.get(name, dark))
        for name, (light, dark) in default_colours().items()
    }


def theme_css(theme: Theme) -> str:
    """The style sheet of the instance's colours; "" when it changes none."""
    changed = {name: pair for name, pair in colours(theme).items() if pair != default_colours()[name]}
    if not changed:
        return ""
    declarations = "".join(f"--{name}:light-dark({light},{dark});" for name, (light, dark) in sorted(changed.items()))
    return f"@layer instance{{:root{{{declarations}}}}}"


def theme_problems(theme: Theme) -> list[Problem]:
    """What is wrong with `[theme]`: unknown names, values that are no colours, pairs that cannot be read."""
    problems = [
        *_unknown("theme.texts", {key.partition(".")[0]: key for key in theme.texts}, list(TEXTS)),
        *_colour_problems("theme.colours", theme.colours),
        *_colour_problems("theme.dark_colours", theme.dark_colours),
    ]
    return problems or _contrast_problems(theme)


def check_theme(config: Config, static: Path) -> None:
    """Raises ConfigurationError that names every key of `[theme]` that cannot be used."""
    problems = theme_problems(config.theme)
    for key in ("logo", "logo_dark"):
        logo = getattr(config.theme, key)
        if logo and not is_address(logo) and not (static / logo).is_file():
            problems.append(Problem(f"theme.{key}", f"there is no file {static / logo}"))
    if problems:
        raise ConfigurationError("The look in instance.toml cannot be used.", errors=problems)


def _unknown(section: str, keys: Mapping[str, str], known: list[str]) -> list[Problem]:
    found = []
    for name, key in keys.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean '{near[0]}'?" if near else f"; known are {', '.join(known)}"
            found.append(Problem(f"{section}.{key}", f"is not known{hint}"))
    return found


def _colour_problems(section: str, chosen: Mapping[str, str]) -> list[Problem]:
    problems = _unknown(section, {name: name for name in chosen}, list(default_colours()))
    for name, value in chosen.items():
        if not _HEX.fullmatch(value):
            problems.append(Problem(f"{section}.{name}", f"'{value}' is no colour; write it as #rrggbb"))
    return problems


def _contrast_problems(theme: Theme) -> list[Problem]:
    table, changed = colours(theme), ({*theme.colours}, {*theme.dark_colours})
    problems = []
    for pairs, least in ((TEXT_PAIRS, 4.5), (CONTROL_PAIRS, 3.0)):
        for front, back in pairs:
            for mode, (section, names) in enumerate(zip(("theme.colours", "theme.dark_colours"), changed, strict=True)):
                if not {front, back} & names:
                    continue
                ratio = contrast(table[front][mode], table[back][mode])
                if ratio < least:
                    culprit = front if front in names else back
                    message = f"{front} on {back} has a contrast of {ratio:.1f}:1; at least {least}:1 is needed"
                    problems.append(Problem(f"{section}.{culprit}", message))
    return problems


def lowest_contrast(theme: Theme) -> tuple[str, str, float]:
    """The pair of text and ground that is hardest to read in either theme, with its contrast."""
    table = colours(theme)
    measured = [
        (front, back, contrast(table[front][mode], table[back][mode])) for front, back in TEXT_PAIRS for mode in (0, 1)
    ]
    return min(measured, key=lambda pair: pair[2])


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#rrggbb` or `#rgb` by WCAG 2.2: 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
