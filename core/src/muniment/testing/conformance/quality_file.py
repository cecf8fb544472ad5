"""`quality.toml`: the tier that a plugin claims, and the checks from which it asks for an exemption."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from muniment.plugins.manifest import TIERS

FILE: Final = "quality.toml"
_LEAST_WORDS: Final = 4


@dataclass(frozen=True)
class Quality:
    """What a `quality.toml` says. `problems` tell what is wrong with it; an exemption without a reason is none."""

    tier: str = "bronze"
    exempt: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read_quality(file: Path, known: Iterable[str] = ()) -> Quality:
    """Read the file; `known` are the names of checks and rules that an exemption can name (any when empty)."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return Quality(problems=(f"{file.name} is not valid TOML: {error}",))
    problems = [f"unknown key '{key}'" for key in document if key not in ("tier", "exempt")]
    tier = document.get("tier", "bronze")
    if tier not in TIERS:
        problems.append(f"tier must be one of {', '.join(TIERS)}")
    asked = document.get("exempt", {})
    if not isinstance(asked, dict):
        return Quality(problems=(*problems, "exempt must be a table of checks and reasons"))
    exempt = {}
    names = set(known)
    for name, reason in asked.items():
        if problem := _problem(name, reason, names):
            problems.append(problem)
        else:
            exempt[name] = reason
    return Quality(tier if tier in TIERS else "bronze", exempt, tuple(problems))


def _problem(name: str, reason: Any, known: set[str]) -> str | None:
    if known and name not in known:
        close = difflib.get_close_matches(name, sorted(known), n=1)
        return f"there is no check named '{name}'" + (f"; did you mean '{close[0]}'?" if close else "")
    if not isinstance(reason, str) or len(reason.split()) < _LEAST_WORDS:
        return f"the exemption from '{name}' needs a reason in words"
    return None
