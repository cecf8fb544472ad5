"""What lists and the index need to know of records: one statement for a whole page, which reads renderings but not the
stored documents they were made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

from sqlalchemy import Connection, Table, bindparam, null, select
from sqlalchemy.orm import Session

from muniment.records.models import Parent, Projection, Record

_RECORDS, _PARENTS, _PROJECTIONS = (cast(Table, model.__table__) for model in (Record, Parent, Projection))


class ListedRow(NamedTuple):
    """A published version with its parent's owner and its stored rendering, if there is one, whatever its version."""

    id: int
    parent_id: int
    revision: int
    access_record: str
    access_files: str
    deletion_status: str
    owner: int | None
    latest_id: int | None
    rendering: str | None
    etag: str | None
    body: bytes | None

    @property
    def item_etag(self) -> str:
        """The etag of the record as its stored rendering shows it."""
        return f"{self.revision}-{(self.etag or '')[:10]}"

    @property
    def shows_files(self) -> bool:
        """Whether the stored rendering shows files: when whoever sees the record may have them."""
        return self.access_files == "public"


_COLUMNS = (
    _RECORDS.c.id,
    _RECORDS.c.parent_id,
    _RECORDS.c.revision,
    _RECORDS.c.access_record,
    _RECORDS.c.access_files,
    _RECORDS.c.deletion_status,
    _PARENTS.c.owner_subject,
    _PARENTS.c.latest_id,
    _PROJECTIONS.c.version,
    _PROJECTIONS.c.etag,
)
_PAGE = (
    select(*_COLUMNS, _PROJECTIONS.c.body)
    .select_from(
        _RECORDS.join(_PARENTS, _PARENTS.c.id == _RECORDS.c.parent_id).outerjoin(
            _PROJECTIONS, _PROJECTIONS.c.record_id == _RECORDS.c.id
        )
    )
    .where(_RECORDS.c.id.in_(bindparam("numbers", expanding=True)))
)
#: The same without the renderings themselves.
_OUTLINE = _PAGE.with_only_columns(*_COLUMNS, null())


def listed_rows(connection: Session | Connection, numbers: Sequence[int]) -> list[ListedRow]:
    """The rows of the records with these numbers, in no order."""
    if not numbers:
        return []
    return list(map(ListedRow._make, connection.execute(_PAGE, {"numbers": list(numbers)}).all()))


def outlined_rows(connection: Session | Connection, numbers: Sequence[int]) -> list[ListedRow]:
    """The same with no `body`."""
    if not numbers:
        return []
    return list(map(ListedRow._make, connection.execute(_OUTLINE, {"numbers": list(numbers)}).all()))
