"""What a person chose in a field with suggestions from a vocabulary, with or without JavaScript."""

from __future__ import annotations

from typing import Final

from muniment.vocabularies.service import VocabularyService

#: Terms that begin with the same words; an exact title is among the first, since best matches come first.
_LOOKED_AT: Final = 50


def chosen_term(vocabularies: VocabularyService, vocabulary: str, text: str, term_id: str = "") -> str | None:
    """The id of the term that is meant; None when the text names none.

    `text` is what stands in the field and `term_id` what the hidden field beside it holds. Without JavaScript the
    hidden field still holds the term of before when somebody writes another one: the text decides. It may be a title
    in any language or an id.
    """
    text = " ".join(text.split())
    if not text:
        return None
    wanted = text.casefold()
    known = vocabularies.resolve([(vocabulary, candidate) for candidate in (term_id, text, wanted) if candidate])
    kept = known.get((vocabulary, term_id))
    if kept is not None and wanted in {title.casefold() for title in kept.title.values()}:
        return term_id
    for candidate in (text, wanted):
        if (vocabulary, candidate) in known:
            return candidate
    found = vocabularies.search(vocabulary, suggest=text, size=_LOOKED_AT).terms
    return next(
        (term.id for term in found if wanted in {title.casefold() for title in term.title.values()}),
        None,
    )
