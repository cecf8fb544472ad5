"""Names in public records: the index finds records that have the words in a name, newest first, and what these say
about people and organisations is gathered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from muniment.access.actor import ANONYMOUS
from muniment.names.suggested import NameType, SuggestedName
from muniment.records.requests import SearchRequest
from muniment.search.analysis import Piece, folded_text, pieces, terms
from muniment.search.folding import fold

if TYPE_CHECKING:
    from muniment.repository import Repository

#: Records that are looked at. Somebody with more of them than this hides namesakes until another word is typed.
_RECORDS: Final = 60
_WORDS: Final = 8
_FIELDS: Final[Mapping[NameType, tuple[str, ...]]] = {
    "personal": ("creators", "contributors"),
    "organizational": ("creators", "contributors", "affiliations"),
}


def known_names(repository: Repository, text: str, type: NameType, size: int) -> list[SuggestedName]:
    """The names of one type that have all words of `text`, the last of which may go on; what is newest first.

    Only what everybody may see is asked for, whoever asks: names in restricted records and in drafts are nobody's
    business.
    """
    words = list(pieces(folded_text(text)))[:_WORDS]
    if not words:
        return []
    request = SearchRequest(q=_query(words, _FIELDS[type]), sort="newest", size=_RECORDS, with_facets=False)
    found: dict[object, SuggestedName] = {}
    for item in repository.records.search(ANONYMOUS, request).hits:
        for name in _names(item.data.get("metadata") or {}, type):
            if _has(words, name.name):
                found.setdefault(name.identifiers or _key(name), name)
    known = {_key(name) for name in found.values() if name.identifiers}
    return [name for name in found.values() if name.identifiers or _key(name) not in known][:size]


def _query(words: list[Piece], fields: tuple[str, ...]) -> str:
    """All words in one field; they are letters and digits only, so nothing in them has a meaning in a query."""
    *before, last = words
    asked = [f'"{word.text}"' for word in before] + [f'"{last.text}"' if last.is_run else f"{last.text}*"]
    return " OR ".join(f"{field}:({' AND '.join(asked)})" for field in fields)


def _has(words: list[Piece], name: str) -> bool:
    """Whether one name has all words: those of a record may stand in several."""
    folded, tokens, last = fold(name), set(terms(name)), words[-1]
    return all(word.text in folded if word.is_run else word.text in tokens for word in words[:-1]) and (
        last.text in folded if last.is_run else any(token.startswith(last.text) for token in tokens)
    )


def _key(name: SuggestedName) -> object:
    return fold(name.name), name.affiliations[:1]


def _names(metadata: Mapping[str, Any], type: NameType) -> Iterator[SuggestedName]:
    for entry in (*(metadata.get("creators") or ()), *(metadata.get("contributors") or ())):
        agent, places = entry.get("person_or_org") or {}, entry.get("affiliations") or ()
        affiliations = tuple((str(place.get("id") or ""), str(place.get("name") or "")) for place in places)
        if agent.get("type") == type and agent.get("name"):
            yield SuggestedName(
                name=agent["name"],
                type=type,
                given_name=agent.get("given_name") or "",
                family_name=agent.get("family_name") or "",
                identifiers=tuple((one["scheme"], one["identifier"]) for one in agent.get("identifiers") or ()),
                affiliations=affiliations,
            )
        if type == "organizational":
            yield from (SuggestedName(place, type) for _id, place in affiliations if place)
