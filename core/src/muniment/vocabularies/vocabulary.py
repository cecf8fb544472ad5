"""What plugins say about the vocabularies that they bring, and the table of all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from muniment.errors import NotFound
from muniment.vocabularies.store import TermStore

NAME = re.compile(r"[a-z][A-Za-z0-9]*(:[A-Za-z][A-Za-z0-9]*)?")


@dataclass(frozen=True)
class Vocabulary:
    """A list of terms that metadata refers to by id.

    `name` is part of addresses (``/api/vocabularies/languages``) and never changes; the vocabulary of a custom
    field has the field's namespace before it (``code:developmentStatus``). `title` maps languages to what people
    call it. `source` is a file of JSON lines, one term on each; `muniment.vocabularies.source` tells its form. Two
    vocabularies may share a file. One whose plugin keeps the terms in tables of its own has a `store` in its place.

    Raises ValueError for a name that cannot stand in an address, for a title without English, and unless there is
    either a source or a store.
    """

    name: str
    title: Mapping[str, str]
    source: Path | None = None
    store: TermStore | None = None

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name) or len(self.name) > 100:
            raise ValueError(
                f"a vocabulary cannot be named '{self.name}': use letters and digits, beginning with a small one, "
                "if need be after a namespace and a colon"
            )
        if not self.title.get("en"):
            raise ValueError(f"the vocabulary '{self.name}' needs an English title")
        if (self.source is None) == (self.store is None):
            raise ValueError(f"the vocabulary '{self.name}' needs either a file as its source or a store of terms")


class Vocabularies:
    """The vocabularies of one generation by name, in the order of their names."""

    def __init__(self, vocabularies: Iterable[Vocabulary]) -> None:
        self._by_name = {item.name: item for item in sorted(vocabularies, key=lambda item: item.name)}

    def __iter__(self) -> Iterator[Vocabulary]:
        return iter(self._by_name.values())

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def get(self, name: str) -> Vocabulary:
        """Raises `NotFound` for a name that no enabled plugin registers."""
        if name not in self._by_name:
            raise NotFound(f"There is no vocabulary named '{name}'.")
        return self._by_name[name]
