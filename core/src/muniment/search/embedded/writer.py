"""Writes one index directory: each batch is committed together with the position in the event log."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import orjson
import tantivy

from muniment.search.columns import Listing
from muniment.search.embedded.folder import IndexFolder
from muniment.search.embedded.schema import (
    KEY,
    POSITION,
    POSITION_KEY,
    VISIBLE,
    Layout,
    build_schema,
    hidden_term,
    layout_document,
)
from muniment.search.port import Operation, Upsert
from muniment.search.query.field import FieldMap

MIN_MEMORY: Final = 15_000_000
"""What tantivy needs for each thread of a writer, in bytes."""


class DirectoryWriter:
    """The writer of one directory. Raises `ValueError` when it holds no index that can be opened.

    The position is a document of its own in the index, and therefore as durable as the batch it belongs to. After
    any error the writer is thrown away with what it had not committed, and a new one is opened: tantivy's writer
    takes no more documents once one of its threads has failed.
    """

    def __init__(
        self, folder: IndexFolder, directory: Path, memory_bytes: int, threads: int = 1, *, create: bool = False
    ) -> None:
        layout = folder.layout(directory)
        if layout is None or not layout.readable():
            raise ValueError(f"{directory} holds no index of this version")
        if not create and not tantivy.Index.exists(str(directory)):
            raise ValueError(f"{directory} holds no index")
        self.directory = directory
        self.layout: Layout = layout
        self._memory = max(MIN_MEMORY * threads, memory_bytes)
        self._threads = threads
        self._schema = build_schema(layout.columns)
        self._index = tantivy.Index(self._schema, path=str(directory))
        self._index.config_reader("manual")
        self._writer: tantivy.IndexWriter | None = self._open_writer()
        self.position = _read_position(self._index, self._schema)

    def add(self, operations: Sequence[Operation], fields: FieldMap) -> None:
        """Take the operations into the batch.

        A document that cannot be laid out raises before anything is taken. `IndexWriteError` undoes all that was
        added since the last commit.
        """
        documents = [
            orjson.dumps(layout_document(op.document, fields, self.layout.columns)).decode()
            if isinstance(op, Upsert)
            else None
            for op in operations
        ]
        with _Recovering(self) as writer:
            for operation, document in zip(operations, documents, strict=True):
                writer.delete_documents_by_term(KEY, operation.key)
                if document is not None:
                    writer.add_json(document)

    def commit(self, position: int) -> None:
        """Make the batch durable, together with `position`."""
        mark: dict[str, Any] = {KEY: POSITION_KEY, POSITION: position, VISIBLE: [hidden_term(name) for name in Listing]}
        with _Recovering(self) as writer:
            writer.delete_documents_by_term(KEY, POSITION_KEY)
            writer.add_document(tantivy.Document.from_dict(mark, self._schema))
            writer.commit()
        self.position = position

    def close(self, *, merge: bool = False) -> None:
        """Let go of the directory; with `merge` after the merges under way have ended."""
        writer, self._writer = self._writer, None
        if writer is not None and merge:
            writer.wait_merging_threads()
        del writer

    def _open_writer(self) -> tantivy.IndexWriter:
        return self._index.writer(self._memory, self._threads)

    def recover(self) -> None:
        """Throw away what is not committed and start again from the last commit."""
        try:
            self.writer.rollback()
        except (ValueError, OSError):
            # A thread of the writer has died and it takes nothing more; ending it frees its lock for a new one.
            with contextlib.suppress(ValueError, OSError):
                self.writer.wait_merging_threads()
            self._writer = self._open_writer()

    @property
    def writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise RuntimeError(f"the index in {self.directory} is closed")
        return self._writer


class IndexWriteError(OSError):
    """The engine refused a batch, or the disk did; nothing of it is in the index."""


class _Recovering:
    """The writer, replaced by a fresh one when the block fails."""

    def __init__(self, owner: DirectoryWriter) -> None:
        self.owner = owner

    def __enter__(self) -> tantivy.IndexWriter:
        return self.owner.writer

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if kind is None:
            return
        self.owner.recover()
        if isinstance(error, ValueError | OSError):
            raise IndexWriteError(f"{self.owner.directory.name}: {error}") from error


def _read_position(index: tantivy.Index, schema: tantivy.Schema) -> int:
    index.reload()
    searcher = index.searcher()
    found = searcher.search(tantivy.Query.term_query(schema, KEY, POSITION_KEY, "basic"), 1)
    if not found.hits:
        return 0
    (position,) = searcher.fast_field_values(POSITION, [found.hits[0][1]])
    return int(position or 0)
