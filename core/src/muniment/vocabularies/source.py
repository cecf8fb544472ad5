"""Reads the file of a vocabulary: JSON lines, one term on each.

    {"id": "cc-by-4.0", "title": {"en": "…", "de": "…"}, "description": {…}, "icon": "…", "props": {…}, "tags": […]}

`id` and `title` are required. The order of the lines is the order in which forms offer the terms. Empty lines and
lines that begin with ``#`` are skipped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from muniment.errors import ConfigurationError
from muniment.vocabularies.checking import FIELDS, TermCheck
from muniment.vocabularies.names import FORM_VERSION
from muniment.vocabularies.term import TermContent


@dataclass(frozen=True)
class Source:
    """A file as it was read once. `digest` tells whether it, or what is made of it, has changed since."""

    path: Path
    content: bytes

    @classmethod
    def read(cls, path: Path) -> Source:
        """Raises `ConfigurationError` when the file cannot be read."""
        try:
            return cls(path, path.read_bytes())
        except OSError as error:
            raise ConfigurationError(f"{path}: the vocabulary cannot be read: {error.strerror}.") from error

    @property
    def digest(self) -> str:
        return hashlib.sha256(b"%d\n%b" % (FORM_VERSION, self.content)).hexdigest()

    def terms(self) -> list[TermContent]:
        """All terms; raises `ConfigurationError` that names file, line and field of the first mistake."""
        seen: dict[str, int] = {}
        terms = []
        for number, line in self._lines():
            term = self._term(number, line)
            if term.id in seen:
                self._fail(number, f"the id '{term.id}' stands on line {seen[term.id]} already")
            seen[term.id] = number
            terms.append(term)
        return terms

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        for number, line in enumerate(self.content.split(b"\n"), start=1):
            if line.strip() and not line.startswith(b"#"):
                yield number, line

    def _term(self, number: int, line: bytes) -> TermContent:
        try:
            data: Any = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            self._fail(number, f"not valid JSON ({error})")
        if not isinstance(data, dict):
            self._fail(number, "a term is a JSON object")
        for key in data:
            if key not in FIELDS:
                self._fail(number, f"unknown key '{key}'; a term has {', '.join(sorted(FIELDS))}")
        check = TermCheck(data)
        content = check.content()
        for problem in check.problems:
            self._fail(number, f"{problem.field}: {problem.message}")
        return content

    def _fail(self, number: int, what: str) -> Any:
        raise ConfigurationError(f"{self.path}, line {number}: {what}")
