"""Checks the JSON of one term, from a file or from an administrator."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from muniment.errors import Problem
from muniment.vocabularies.term import TermContent

MAX_ID: Final = 191
MAX_TEXT: Final = 10_000
MAX_ICON: Final = 100
MAX_TAG: Final = 100
MAX_KEY: Final = 100
MAX_ENTRIES: Final = 100

LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

FIELDS: Final = frozenset({"id", "title", "description", "icon", "props", "tags"})


class TermCheck:
    """Reads one term; afterwards `problems` holds everything that is wrong with it."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.problems: list[Problem] = []

    def content(self, identifier: str | None = None) -> TermContent:
        """The valid parts of the term. `identifier` stands for the id where the address names it."""
        return TermContent(
            id=self._id() if identifier is None else identifier,
            title=self._texts("title", required=True),
            description=self._texts("description"),
            icon=self._icon(),
            props=self._props(),
            tags=self._tags(),
        )

    def _refuse(self, field: str, message: str) -> None:
        self.problems.append(Problem(field, message))

    def _id(self) -> str:
        value = self.data.get("id")
        if value is None:
            self._refuse("id", "Missing data for required field.")
        elif not isinstance(value, str):
            self._refuse("id", "Not a valid string.")
        elif not value or len(value) > MAX_ID:
            self._refuse("id", f"Length must be between 1 and {MAX_ID}.")
        elif value in (".", "..") or any(c in "/\\" or unicodedata.category(c)[0] in "CZ" for c in value):
            self._refuse("id", "An id has no spaces, slashes or control characters, since it is part of addresses.")
        else:
            return value
        return ""

    def _text(self, field: str, value: Any, maximum: int = MAX_TEXT) -> str:
        if not isinstance(value, str):
            self._refuse(field, "Not a valid string.")
        elif len(value) > maximum:
            self._refuse(field, f"Longer than maximum length {maximum}.")
        else:
            return unicodedata.normalize("NFC", value.replace("\x00", "").strip())
        return ""

    def _mapping(self, field: str) -> dict[str, Any]:
        value = self.data.get(field)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._refuse(field, "Not a valid mapping type.")
            return {}
        if len(value) > MAX_ENTRIES:
            self._refuse(field, f"More than {MAX_ENTRIES} entries.")
            return {}
        return value

    def _texts(self, field: str, *, required: bool = False) -> dict[str, str]:
        if required and self.data.get(field) in (None, {}):
            self._refuse(field, "Missing data for required field.")
            return {}
        texts: dict[str, str] = {}
        for locale, value in self._mapping(field).items():
            if not LOCALE.fullmatch(locale):
                self._refuse(f"{field}.{locale}", "Not a language: use codes like en or pt-BR.")
                continue
            text = self._text(f"{field}.{locale}", value)
            if text:
                texts[locale] = text
            elif value == "" or (isinstance(value, str) and not value.strip()):
                self._refuse(f"{field}.{locale}", "Field may not be blank.")
        return texts

    def _icon(self) -> str:
        value = self.data.get("icon")
        return "" if value is None else self._text("icon", value, MAX_ICON)

    def _props(self) -> dict[str, str]:
        found = {}
        for key, value in self._mapping("props").items():
            found[self._text(f"props.{key}", key, MAX_KEY)] = self._text(f"props.{key}", value)
        return found

    def _tags(self) -> tuple[str, ...]:
        value = self.data.get("tags")
        if value is None:
            return ()
        if not isinstance(value, list):
            self._refuse("tags", "Not a valid list.")
            return ()
        if len(value) > MAX_ENTRIES:
            self._refuse("tags", f"More than {MAX_ENTRIES} entries.")
            return ()
        tags = [self._text(f"tags.{index}", tag, MAX_TAG) for index, tag in enumerate(value)]
        for index, tag in enumerate(tags):
            if not tag and value[index] == "":
                self._refuse(f"tags.{index}", "Field may not be blank.")
        return tuple(dict.fromkeys(tags))
