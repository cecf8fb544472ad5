"""The vocabularies `funders` and `awards` over the plugin's tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from muniment.api import Repository, Term, TermSearch, compared
from muniment_openaire.entries import words_of
from muniment_openaire.models import Award, AwardWord, Funder, FunderName

#: Counting ends here, as search servers do it.
MOST_COUNTED: Final = 10_000
#: Grants with one of the typed words that are looked at for the others, so that no search takes long.
MOST_LOOKED_AT: Final = 20_000
#: Beyond every character that a word may begin with.
_LAST: Final = "\U0010ffff"


class FunderTerms:
    """Funders: some ten thousand, so their names are searched as a whole."""

    def count(self, session: Session) -> int:
        return session.execute(select(func.count()).select_from(Funder)).scalar_one()

    def read(self, session: Session, identifiers: Sequence[str]) -> Iterable[Term]:
        rows = session.execute(select(Funder).where(Funder.id.in_(identifiers))).scalars()
        return [funder_term(row) for row in rows]

    def search(self, session: Session, wanted: TermSearch) -> tuple[list[Term], int]:
        rows, total = self.rows(session, wanted)
        return [funder_term(row) for row in rows], total

    def begin(self, repository: Repository) -> int:
        """The largest funders, so that nobody begins with an empty list."""
        from muniment_openaire.loading import begin_funders

        return begin_funders(repository)

    def rows(self, session: Session, wanted: TermSearch) -> tuple[list[Funder], int]:
        """One page of funders of which every word begins a word of one of their names, or with that identifier."""
        text = wanted.suggest or wanted.q
        condition = self._named(text)
        count = select(func.count()).select_from(Funder).where(condition)
        rows = select(Funder).where(condition).order_by(*self._order(wanted.sort, text), Funder.id)
        return _page(session, rows, wanted), session.execute(count).scalar_one()

    def _named(self, text: str) -> ColumnElement[bool]:
        if not text:
            return true()
        words = and_(
            true(), *(Funder.search_text.contains(f" {word}", autoescape=True) for word in compared(text).split())
        )
        by_id = select(FunderName.funder_id).where(FunderName.name == _bare(text))
        return or_(words if compared(text) else Funder.id.is_(None), Funder.id.in_(by_id))

    def _order(self, sort: str, text: str) -> list[Any]:
        if sort in ("newest", "oldest"):
            return [Funder.created.desc() if sort == "newest" else Funder.created.asc()]
        if sort == "title" or not text:
            return [Funder.name_sort]
        phrase = compared(text)
        exact = Funder.search_text.contains(f"| {phrase}|", autoescape=True)
        begins = Funder.search_text.contains(f"| {phrase}", autoescape=True)
        return [case((exact, 0), (begins, 1), else_=2), func.length(Funder.name_sort), Funder.name_sort]


class AwardTerms:
    """Grants: millions, so a page of them is found by their words and by what names them exactly."""

    def count(self, session: Session) -> int:
        # Numbers are given one after the other and grants are never removed but one by one.
        return session.execute(select(func.max(Award.row))).scalar() or 0

    def read(self, session: Session, identifiers: Sequence[str]) -> Iterable[Term]:
        rows = session.execute(select(Award).where(Award.id.in_(identifiers))).scalars()
        return [award_term(row) for row in rows]

    def search(self, session: Session, wanted: TermSearch) -> tuple[list[Term], int]:
        rows, total = self.rows(session, wanted)
        return [award_term(row) for row in rows], total

    def begin(self, repository: Repository) -> int:
        """A few grants, among them those that the sample records name."""
        from muniment_openaire.loading import begin_awards

        return begin_awards(repository)

    def rows(self, session: Session, wanted: TermSearch, funders: Sequence[str] = ()) -> tuple[list[Award], int]:
        """One page of grants: first those whose number or acronym was typed, then those with all words."""
        text = wanted.suggest or wanted.q
        condition = and_(true(), *([Award.funder_id.in_(funders)] if funders else []))
        if text:
            condition = and_(condition, self._worded(session, text))
        bounded = select(Award.row).where(condition).limit(MOST_COUNTED).subquery()
        total = session.execute(select(func.count()).select_from(bounded)).scalar_one()
        statement = select(Award).where(condition).order_by(*self._order(wanted.sort, text))
        return _page(session, statement, wanted), total

    def _worded(self, session: Session, text: str) -> ColumnElement[bool]:
        key, words = compared(text), words_of(text)
        named = (
            [Award.number_key == key, Award.acronym_key == key, Award.id == text.strip()]
            if key
            else [Award.id == text.strip()]
        )
        rows = select(Award.row).where(or_(*named)).limit(MOST_COUNTED)
        if not words:
            return Award.row.in_(rows)
        rarest = min(words, key=lambda word: self._frequency(session, word))
        looked_at = select(AwardWord.row).where(_begins(rarest)).limit(MOST_LOOKED_AT)
        others = [
            Award.words.contains(f" {word}", autoescape=True) | Award.words.startswith(word, autoescape=True)
            for word in words
            if word != rarest
        ]
        return or_(Award.row.in_(rows), and_(Award.row.in_(looked_at), *others))

    def _frequency(self, session: Session, word: str) -> int:
        found = select(AwardWord.row).where(_begins(word)).limit(MOST_LOOKED_AT).subquery()
        return session.execute(select(func.count()).select_from(found)).scalar_one()

    def _order(self, sort: str, text: str) -> list[Any]:
        if sort in ("newest", "oldest"):
            return [Award.row.desc() if sort == "newest" else Award.row.asc()]
        if sort == "title":
            return [Award.title_sort, Award.row]
        if not text:
            return [Award.row]
        key = compared(text)
        rank = case(
            (or_(Award.number_key == key, Award.acronym_key == key), 0),
            (
                or_(
                    Award.number_key.startswith(key, autoescape=True),
                    Award.acronym_key.startswith(key, autoescape=True),
                ),
                1,
            ),
            (Award.title_sort.startswith(key, autoescape=True), 2),
            else_=3,
        )
        return [rank, Award.row.desc()]


def funder_of(session: Session, name: str) -> str | None:
    """The id of the funder that an identifier of any registry, or its very name, stands for."""
    bare = _bare(name)
    found = session.execute(select(Funder.id).where(Funder.id == bare)).scalar()
    found = found or session.execute(select(FunderName.funder_id).where(FunderName.name == bare)).scalar()
    if found is None and (folded := compared(name)):
        same = session.execute(select(Funder.id).where(Funder.name_sort == folded).limit(2)).scalars().all()
        found = same[0] if len(same) == 1 else None
    return found


def funder_term(row: Funder) -> Term:
    props = {"country": row.country} if row.country else {}
    return Term(
        id=row.id,
        type="funders",
        title=row.titles,
        props=props,
        revision=row.revision,
        created=row.created,
        updated=row.updated,
    )


def award_term(row: Award) -> Term:
    known = {"number": row.number, "acronym": row.acronym, "program": row.program, "funder": row.funder_id}
    props = {key: value for key, value in known.items() if value}
    for identifier in row.details.get("identifiers", ()):
        props.setdefault(identifier["scheme"], identifier["identifier"])
    return Term(
        id=row.id,
        type="awards",
        title=row.titles,
        props=props,
        revision=row.revision,
        created=row.created,
        updated=row.updated,
    )


def _page(session: Session, statement: Select[Any], wanted: TermSearch) -> list[Any]:
    return list(session.execute(statement.limit(wanted.size).offset((wanted.page - 1) * wanted.size)).scalars())


def _begins(word: str) -> ColumnElement[bool]:
    return and_(AwardWord.word >= word, AwardWord.word < word + _LAST)


def _bare(identifier: str) -> str:
    """An identifier without the address of its registry."""
    bare = identifier.strip().lower()
    for prefix in ("https://", "http://", "dx.doi.org/", "doi.org/", "ror.org/", "doi:", "ror:"):
        bare = bare.removeprefix(prefix)
    return bare


def address_of(details: Mapping[str, Any]) -> str:
    """Where a grant is described: its DOI, else its page."""
    found = {entry["scheme"]: entry["identifier"] for entry in details.get("identifiers", ())}
    return f"https://doi.org/{found['doi']}" if "doi" in found else found.get("url", "")
