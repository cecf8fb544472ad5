"""The terms that a form offers in lists, and the titles of those that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from muniment.vocabularies.service import BEST_MATCH, VocabularyService
from muniment.vocabularies.term import Term
from muniment.web.ui.deposit.shape import ChipsNode, LicenceNode, ListNode, Node, ObjectNode, TermNode

#: More terms than any list has that is shown as a whole.
_MOST: Final = 200
#: Terms of which a section without a list of its own is made: a main type and its kinds.
_GROUPED: Final = "resourcetypes"

Option = tuple[str, Any]


class Options:
    """The lists of one page, in the language of its reader; each is asked for once."""

    def __init__(self, vocabularies: VocabularyService, language: str) -> None:
        self._vocabularies = vocabularies
        self._language = language
        self._terms: dict[tuple[str, str], list[Term]] = {}

    def knows(self, vocabulary: str) -> bool:
        return vocabulary in self._vocabularies.registered

    def terms(self, vocabulary: str, tag: str = "") -> list[Term]:
        """The terms of a vocabulary in the order of its file, those with `tag` only when it is given."""
        key = vocabulary, tag
        if key not in self._terms:
            tags = [tag] if tag else []
            known = self.knows(vocabulary)
            page = self._vocabularies.search(vocabulary, tags=tags, sort=BEST_MATCH, size=_MOST) if known else None
            self._terms[key] = page.terms if page else []
        return self._terms[key]

    def choices(self, vocabulary: str, tag: str = "") -> list[Option]:
        """Pairs of id and title for a list; groups of (title, pairs) where terms have kinds."""
        terms = self.terms(vocabulary, tag)
        if vocabulary == _GROUPED:
            return list(self._grouped(terms))
        return [(term.id, term.title_for(self._language)) for term in terms]

    def _grouped(self, terms: list[Term]) -> Iterator[Option]:
        kinds: dict[str, list[Option]] = {}
        for term in terms:
            if term.props.get("subtype"):
                kinds.setdefault(term.props.get("type", ""), []).append((term.id, term.title_for(self._language)))
        for term in terms:
            if term.props.get("subtype"):
                continue
            title = term.title_for(self._language)
            inner = kinds.get(term.props.get("type") or term.id)
            yield (title, [(term.id, title), *inner]) if inner else (term.id, title)

    def titles(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """The titles of terms by vocabulary and id."""
        found = self._vocabularies.resolve(pairs)
        return {pair: term.title_for(self._language) for pair, term in found.items()}


def shown_terms(node: Node, value: Any) -> Iterator[tuple[str, str]]:
    """Vocabulary and id of every term in a fitted value whose title the form shows."""
    match node:
        case ObjectNode() if isinstance(value, Mapping):
            for key, field in node.fields.items():
                yield from shown_terms(field, value.get(key))
        case ListNode():
            for entry in value or ():
                yield from shown_terms(node.item, entry)
        case TermNode() if node.long and value:
            yield node.vocabulary, value["id"]
        case LicenceNode() if value and value.get("id"):
            yield "licenses", str(value["id"])
        case ChipsNode() if node.vocabulary:
            yield from ((node.vocabulary, str(entry["id"])) for entry in value or () if entry.get("id"))
