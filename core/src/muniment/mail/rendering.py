"""Letters from templates: a text whose first line is the subject, in the language of whoever receives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from muniment.mail.message import Letter

PACKAGE = Path(__file__).parent.parent
TEMPLATES = PACKAGE / "mail" / "templates"
TRANSLATIONS = PACKAGE / "web" / "ui" / "translations"


class LetterTemplates:
    """Templates `mail/NAME.txt`, searched in the instance first, then in plugins, then in the core; one for a language,
    `mail/NAME.LANGUAGE.txt`, is taken before them.

    A template is plain text: its first line is the subject, the rest the body. `links` given to `render` are the
    only addresses that become links in the HTML part.
    """

    def __init__(self, folders: Iterable[Path] = (), translations: Iterable[Path] = ()) -> None:
        self._folders = (*folders, TEMPLATES)
        self._translations = (TRANSLATIONS, *translations)
        self._environments: dict[str, Environment] = {}

    def render(
        self, name: str, *, to: str, language: str, values: Mapping[str, Any], links: Mapping[str, str] | None = None
    ) -> Letter:
        """The letter `name` for the address `to`; `values` and `links` are what the template may use."""
        template = self._environment(language).select_template([f"mail/{name}.{language}.txt", f"mail/{name}.txt"])
        text = template.render({**values, **(links or {})}).strip()
        subject, _, body = text.partition("\n")
        return Letter(to, subject.strip(), body.strip() + "\n", language, tuple((links or {}).values()), name)

    def _environment(self, language: str) -> Environment:
        if language not in self._environments:
            self._environments[language] = self._make_environment(language)
        return self._environments[language]

    def _make_environment(self, language: str) -> Environment:
        environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in self._folders]),
            autoescape=False,  # plain text; the HTML part is escaped when it is made from the text
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_translations(  # type: ignore[attr-defined]
            _load(self._translations, language), newstyle=True
        )
        return environment


@cache
def _load(folders: tuple[Path, ...], language: str) -> NullTranslations:
    """The catalogues of core and plugins for one language as one; no catalogue means the English originals."""
    merged: NullTranslations = NullTranslations()
    for folder in folders:
        found = Translations.load(folder, [language])
        if isinstance(found, Translations):
            merged = merged.merge(found) if isinstance(merged, Translations) else found
    return merged
