"""The file with what is stored about one person: a zip of JSON, made from the declarations of all parts."""

from __future__ import annotations

import base64
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import Column, select
from sqlalchemy.orm import Session

from muniment.privacy.registry import Category, Table

if TYPE_CHECKING:
    from muniment.repository import Repository

_OPTIONS: Final = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
_BATCH: Final = 500
#: What stands in place of a secret. Whoever has the file could otherwise try to guess it.
SECRET: Final = "(a secret, stored as a hash; not part of the export)"


def write_archive(repository: Repository, subject: int, target: IO[bytes], cover: str) -> None:
    """Write everything that is stored about `subject` into `target`; memory stays flat whatever there is.

    `README.txt` holds `cover`, `data/<category>.json` the rows of each category that has some, with why and how long
    they are kept, `<category>/…` what a category exports by itself.
    """
    registry = repository.privacy
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", cover)
        archive.writestr("privacy-notice.json", orjson.dumps(registry.notice(), option=_OPTIONS))
        shown: set[str] = set()
        for category in registry.categories.values():
            tables = [store for store in category.stores if isinstance(store, Table) and store.subject is not None]
            columns = {store.model.__tablename__: _columns(category, store, shown) for store in tables}
            shown |= set(columns)
            if tables:
                with archive.open(f"data/{category.id}.json", "w", force_zip64=True) as file:
                    for chunk in _category(repository, category, tables, columns, subject):
                        file.write(chunk)
            for name, value in category.export(repository, subject) if category.export is not None else ():
                path = PurePosixPath(category.id) / name
                archive.writestr(str(path), orjson.dumps(value, option=_OPTIONS))


def _category(
    repository: Repository,
    category: Category,
    tables: list[Table],
    columns: dict[str, list[Column[Any]]],
    subject: int,
) -> Iterator[bytes]:
    """The JSON of one category, row by row."""
    entry = next(entry for entry in repository.privacy.notice() if entry["id"] == category.id)
    yield b'{"category": ' + orjson.dumps(entry, option=_OPTIONS) + b',\n"tables": {'
    with repository.database.read() as session:
        for number, store in enumerate(tables):
            name = store.model.__tablename__
            yield (b",\n" if number else b"\n") + orjson.dumps(name) + b": ["
            for place, row in enumerate(_rows(session, store, columns[name], subject)):
                yield (b",\n" if place else b"\n") + orjson.dumps(row, option=_OPTIONS)
            yield b"]"
    yield b"}}\n"


def _columns(category: Category, store: Table, shown: set[str]) -> list[Column[Any]]:
    """The category's own columns; the first category that lists a table also shows what is marked for none."""
    table = store.model.__table__
    first = table.name not in shown
    return [
        column
        for column in table.columns
        if column.info.get("privacy") == category.id
        or (first and "privacy" not in column.info)
        or column.name == store.subject
    ]


def _rows(session: Session, store: Table, columns: list[Column[Any]], subject: int) -> Iterator[dict[str, Any]]:
    table = store.model.__table__
    statement = select(*columns).where(table.c[store.subject] == subject).order_by(*table.primary_key.columns)
    secret = {column.name for column in columns if column.info.get("privacy_secret")}
    for row in session.execute(statement, execution_options={"yield_per": _BATCH}).mappings():
        yield {name: SECRET if name in secret and value else _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
