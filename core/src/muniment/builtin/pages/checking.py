"""What is wrong with a page or a text that somebody wants to save."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from muniment.errors import Problem
from muniment.web.ui.branding import TEXTS

PLACES: Final = ("footer", "main", "")
MAX_BODY: Final = 200_000
MAX_TITLE: Final = 200
MAX_TEXT: Final = 2_000

#: Addresses that the control panel uses itself.
_RESERVED: Final = frozenset({"new"})
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Content:
    """What a page says in one language; `body` is Markdown."""

    title: str
    body: str


@dataclass(frozen=True)
class PageInput:
    """A page as somebody wants it; `contents` by language, those without title and body are left out."""

    slug: str
    place: str
    position: int
    published: bool
    contents: Mapping[str, Content]


def page_problems(page: PageInput, languages: Iterable[str]) -> list[Problem]:
    """Everything that is wrong; the fields are ``slug``, ``title.de``, ``body.de`` and so on."""
    problems = []
    if page.slug in _RESERVED:
        problems.append(Problem("slug", "This address is reserved.", code="taken"))
    elif len(page.slug) > 80 or not _SLUG.fullmatch(page.slug):
        problems.append(Problem("slug", "An address has small letters, digits and single hyphens, at most 80."))
    if page.place not in PLACES:
        problems.append(Problem("place", "There is no such menu."))
    if not 0 <= page.position <= 1000:
        problems.append(Problem("position", "Enter a number from 0 to 1000."))
    if not page.contents:
        first = next(iter(languages), "en")
        problems.append(Problem(f"title.{first}", "Write the page in one language at least."))
    for locale, content in page.contents.items():
        if not content.title:
            problems.append(Problem(f"title.{locale}", "The page needs a title in this language."))
        elif len(content.title) > MAX_TITLE:
            problems.append(Problem(f"title.{locale}", f"Longer than maximum length {MAX_TITLE}."))
        if len(content.body) > MAX_BODY:
            problems.append(Problem(f"body.{locale}", f"Longer than maximum length {MAX_BODY}."))
    return problems


def text_problems(values: Mapping[tuple[str, str], str]) -> list[Problem]:
    """What is wrong with texts of the site, by name and language; the fields are ``headline.de`` and so on."""
    problems = []
    for (name, locale), text in values.items():
        if name not in TEXTS:
            problems.append(Problem(f"{name}.{locale}", "There is no such text."))
        elif len(text) > MAX_TEXT:
            problems.append(Problem(f"{name}.{locale}", f"Longer than maximum length {MAX_TEXT}."))
    return problems
