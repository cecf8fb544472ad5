"""What an id of a vocabulary means in each place: what is stored when it exists, when it does not, what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from muniment.identifiers.check_digits import bare_ror

#: Ids of funders in Crossref's registry, which older repositories use in place of ROR ids.
_CROSSREF_FUNDER = re.compile(r"10\.13039/[0-9]+", re.ASCII)

Value = Mapping[str, Any]
Stored = dict[str, Any]


class TermLike(Protocol):
    """What is needed of a vocabulary's term."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> Mapping[str, str]: ...
    @property
    def description(self) -> Mapping[str, str]: ...
    @property
    def icon(self) -> str: ...
    @property
    def props(self) -> Mapping[str, str]: ...


class TermRelation:
    """A plain reference: `{id}`, shown with the term's title. An unknown id is refused."""

    def found(self, term: TermLike) -> Stored:
        """What is stored for a reference to an existing term."""
        return {"id": term.id}

    def missing(self, value: Value) -> Stored | None:  # noqa: ARG002
        """What is kept of a reference to a term that does not exist, or None."""
        return None

    def shown(self, value: Value, term: TermLike | None) -> Stored:
        """The public form of what is stored; `term` is None when it does not exist (any longer)."""
        return dict(value) if term is None else {"id": term.id, "title": dict(term.title)}


class WordsRelation(TermRelation):
    """A reference that may also be described in words, which stay when the id is unknown."""

    def __init__(self, *words: str, others: Iterable[str] = ()) -> None:
        self.words = words
        self.others = tuple(others)

    def missing(self, value: Value) -> Stored | None:
        if not any(value.get(key) for key in self.words):
            return None
        return {key: value[key] for key in (*self.words, *self.others) if value.get(key)}


class OrganizationRelation(WordsRelation):
    """An affiliation or a funder. A name with a ROR id is worth keeping whether or not the vocabulary knows it."""

    def __init__(self, *, identifiers: bool) -> None:
        super().__init__("name")
        self.identifiers = identifiers

    def missing(self, value: Value) -> Stored | None:
        kept = super().missing(value)
        if kept is None:
            return None
        ror = bare_ror(str(value["id"]))
        if ror is not None:
            return {"id": ror, **kept}
        return {"id": value["id"], **kept} if _CROSSREF_FUNDER.fullmatch(str(value["id"])) else kept

    def shown(self, value: Value, term: TermLike | None) -> Stored:
        shown: Stored = dict(value) if term is None else {"id": term.id, "name": _name(term)}
        ror = bare_ror(str(shown["id"]))
        if self.identifiers and ror is not None:
            shown["identifiers"] = [{"scheme": "ror", "identifier": ror}]
        return shown


class SubjectRelation(WordsRelation):
    def __init__(self) -> None:
        super().__init__("subject")

    def shown(self, value: Value, term: TermLike | None) -> Stored:
        if term is None:
            return dict(value)
        shown: Stored = {"id": term.id, "subject": _name(term)}
        if term.props.get("scheme"):
            shown["scheme"] = term.props["scheme"]
        return shown


class AwardRelation(WordsRelation):
    def __init__(self) -> None:
        super().__init__("number", "title", others=("identifiers", "acronym", "program"))

    def shown(self, value: Value, term: TermLike | None) -> Stored:
        if term is None:
            return dict(value)
        props = {key: term.props[key] for key in ("number", "acronym", "program") if term.props.get(key)}
        shown: Stored = {"id": term.id, "title": dict(term.title), **props}
        addresses = [(scheme, term.props[scheme]) for scheme in ("doi", "url") if term.props.get(scheme)]
        if addresses:
            shown["identifiers"] = [{"scheme": scheme, "identifier": value} for scheme, value in addresses]
        return shown


class LicenceRelation(WordsRelation):
    def __init__(self) -> None:
        super().__init__("title", others=("description", "link"))

    def shown(self, value: Value, term: TermLike | None) -> Stored:
        if term is None:
            return dict(value)
        shown: Stored = {"id": term.id, "title": dict(term.title)}
        if term.description:
            shown["description"] = dict(term.description)
        if term.icon:
            shown["icon"] = term.icon
        shown["props"] = {key: term.props[key] for key in ("url", "scheme") if term.props.get(key)}
        return shown


def _name(term: TermLike) -> str:
    return term.title.get("en") or next(iter(term.title.values()), term.id)
