"""The names that a term is looked up by, in the form in which they are compared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from muniment.search.analysis import terms
from muniment.vocabularies.term import TermContent

#: Properties that people know a term by, besides its id and titles; semicolons separate several names.
NAME_PROPS: Final = ("acronym", "alpha_2", "alpha_3b", "also_known_as")

#: Raise it when the form changes: files are then loaded again although they are the same.
FORM_VERSION: Final = 1


def compared(text: str) -> str:
    """The tokens of `text`, joined by spaces: without case, accents and punctuation (no ``%``, ``_`` or ``|``)."""
    return " ".join(terms(text))


def names(content: TermContent) -> Iterable[str]:
    """Everything that a term may be looked up by."""
    yield content.id
    for prop in NAME_PROPS:
        yield from content.props.get(prop, "").split(";")
    yield from content.title.values()


def search_text(content: TermContent) -> str:
    """All names of a term in one text: each stands between bars, and each word after a space.

    So ``LIKE '%| por%'`` finds the beginning of a name and ``LIKE '% por%'`` that of a word, on every database.
    """
    known = dict.fromkeys(name for name in map(compared, names(content)) if name)
    return "|" + "".join(f" {name}|" for name in known)
