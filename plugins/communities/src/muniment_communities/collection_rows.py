"""The rows of trees and collections, for changes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from muniment.api import Conflict, Problem, UnitOfWork
from muniment_communities.collection import Tree, planted
from muniment_communities.models import CollectionRow, TreeRow

_Row = TypeVar("_Row", TreeRow, CollectionRow)


def trees_in(session: Session, community: str) -> list[Tree]:
    """The trees of a community with their collections; two statements."""
    trees = list(session.execute(select(TreeRow).where(TreeRow.community == community)).scalars())
    if not trees:
        return []
    below = select(CollectionRow).where(CollectionRow.tree.in_([one.id for one in trees]))
    return planted(trees, list(session.execute(below).scalars()))


def locked(unit: UnitOfWork, kind: type[_Row], id: int) -> _Row:
    """A row that is to be changed in this transaction. Raises `Conflict` when it is gone."""
    row = unit.session.get(kind, id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Conflict("It was deleted meanwhile.")
    return row


def placed(heading: Mapping[str, Any], there: Sequence[int]) -> int:
    """The place that was asked for, or the one after all others."""
    order = heading["order"]
    return int(order) if order is not None else max(there, default=0) + 10


@contextmanager
def unique(message: str) -> Iterator[None]:
    """Turns a clash of slugs into a `Conflict` with this message."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(message, errors=[Problem("slug", message)]) from error
