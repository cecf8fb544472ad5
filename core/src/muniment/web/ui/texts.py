"""Translated texts in templates: looked up once per language and process, not through a request for each word.

Flask-Babel asks for the language of the request at every text, which takes a third of the time of a page. Here the
language is set when rendering begins, and what was translated stays ready as markup.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Protocol

from markupsafe import Markup


class Translations(Protocol):
    """What gettext catalogues offer."""

    def gettext(self, message: str) -> str: ...
    def ngettext(self, singular: str, plural: str, n: int, /) -> str: ...


class Texts:
    """The texts of one language, as templates use them: `_("…", name=value)` escapes what is filled in."""

    def __init__(self, translations: Translations) -> None:
        self._translations = translations
        self._plain: dict[str, Markup] = {}
        self._patterns: dict[str, Markup] = {}

    def gettext(self, message: str, variables: dict[str, Any]) -> Markup:
        if variables:
            pattern = self._patterns.get(message)
            if pattern is None:
                pattern = self._patterns[message] = Markup(self._translations.gettext(message))
            return pattern % variables
        text = self._plain.get(message)
        if text is None:
            # Always a format string, as in Jinja's own gettext, so that "%%" means the same everywhere.
            text = self._plain[message] = Markup(self._translations.gettext(message)) % {}
        return text

    def ngettext(self, singular: str, plural: str, number: int, variables: dict[str, Any]) -> Markup:
        return Markup(self._translations.ngettext(singular, plural, number)) % {"num": number, **variables}


_current: ContextVar[Texts] = ContextVar("muniment_texts")


def speak(texts: Texts) -> None:
    """Use these texts from here on; called whenever a template begins to be rendered."""
    _current.set(texts)


def gettext(message: str, /, **variables: Any) -> Markup:
    return _current.get().gettext(message, variables)


def ngettext(singular: str, plural: str, number: int, /, **variables: Any) -> Markup:
    return _current.get().ngettext(singular, plural, number, variables)
