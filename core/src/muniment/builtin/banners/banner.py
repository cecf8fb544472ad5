"""A banner, and what is wrong with one that somebody wants to save."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from muniment.access.actor import Actor
from muniment.errors import Problem
from muniment.users.roles import ADMINISTRATION, MODERATION

KINDS: Final = ("info", "warn", "bad")
AUDIENCES: Final = ("everybody", "signed-in", "operators")
MAX_TEXT: Final = 1_000


@dataclass(frozen=True)
class BannerInput:
    """A banner as somebody wants it; `texts` by language, a line of Markdown each."""

    kind: str
    audience: str
    texts: Mapping[str, str]
    starts: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True)
class Banner(BannerInput):
    """A stored banner."""

    id: int = 0
    revision: int = 1

    def state_at(self, now: datetime) -> str:
        """``waiting``, ``shown`` or ``over``."""
        if self.starts is not None and now < self.starts:
            return "waiting"
        return "over" if self.ends is not None and now >= self.ends else "shown"

    def is_for(self, actor: Actor) -> bool:
        if self.audience == "everybody":
            return True
        if self.audience == "signed-in":
            return actor.is_authenticated
        return actor.can(ADMINISTRATION) or actor.can(MODERATION)

    def text_for(self, locale: str) -> tuple[str, str]:
        """The text for somebody who prefers `locale`, and the language that it is in."""
        for code in (locale, locale.replace("-", "_").partition("_")[0], "en"):
            if code in self.texts:
                return self.texts[code], code
        code = next(iter(self.texts))
        return self.texts[code], code


def banner_problems(banner: BannerInput, languages: Iterable[str]) -> list[Problem]:
    """Everything that is wrong; the fields are ``text.de``, ``ends`` and so on."""
    problems = []
    if banner.kind not in KINDS:
        problems.append(Problem("kind", "Choose how important it is."))
    if banner.audience not in AUDIENCES:
        problems.append(Problem("audience", "Choose who sees it."))
    if not banner.texts:
        problems.append(Problem(f"text.{next(iter(languages), 'en')}", "Write it in one language at least."))
    for code, text in banner.texts.items():
        if len(text) > MAX_TEXT:
            problems.append(Problem(f"text.{code}", f"Longer than maximum length {MAX_TEXT}."))
    if banner.starts is not None and banner.ends is not None and banner.ends <= banner.starts:
        problems.append(Problem("ends", "It ends before it begins."))
    return problems
