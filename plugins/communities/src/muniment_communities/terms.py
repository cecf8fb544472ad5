"""Vocabularies: the types of communities, and public communities as the terms that label their facet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from muniment.api import ANONYMOUS, Repository, Term, TermSearch, Vocabulary
from muniment_communities.community import PUBLIC
from muniment_communities.listing import Asked, list_communities
from muniment_communities.models import CommunityRow
from muniment_communities.part import FACET

TYPES: Final = "communitytypes"
_PUBLIC: Final = (CommunityRow.status == "P", CommunityRow.visibility == PUBLIC)


class CommunityTerms:
    """Public communities by slug. Those that are not are no terms: whoever may see one of their records reads the slug
    in the facet."""

    def count(self, session: Session) -> int:
        return int(session.execute(select(func.count()).select_from(CommunityRow).where(*_PUBLIC)).scalar_one())

    def read(self, session: Session, identifiers: Sequence[str]) -> Iterable[Term]:
        keys = [one.casefold() for one in identifiers]
        rows = session.execute(select(CommunityRow).where(CommunityRow.slug_key.in_(keys), *_PUBLIC)).scalars()
        wanted = set(identifiers)
        return [_term(row) for row in rows if row.slug in wanted]

    def search(self, session: Session, wanted: TermSearch) -> tuple[list[Term], int]:
        asked = Asked(q=wanted.suggest or wanted.q, page=wanted.page, size=wanted.size)
        found = list_communities(session, ANONYMOUS, asked)
        rows = session.execute(select(CommunityRow).where(CommunityRow.id.in_([one.id for one in found.communities])))
        terms = {row.id: _term(row) for row in rows.scalars()}
        return [terms[one.id] for one in found.communities], found.total

    def begin(self, repository: Repository) -> int:  # noqa: ARG002
        return 0


def _term(row: CommunityRow) -> Term:
    return Term(
        id=row.slug,
        title={"en": row.title},
        type=FACET,
        revision=row.revision,
        created=row.created,
        updated=row.updated,
    )


def vocabularies() -> list[Vocabulary]:
    source = Path(__file__).parent / "vocabularies" / f"{TYPES}.jsonl"
    return [
        Vocabulary(TYPES, {"en": "Types of communities", "de": "Arten von Communitys"}, source),
        Vocabulary(FACET, {"en": "Communities", "de": "Communitys"}, store=CommunityTerms()),
    ]
