"""Imports records of other systems: each document becomes a published record, or a refusal that says why."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from muniment.access.actor import SYSTEM, Actor
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import Busy, Conflict, Gone, InvalidRequest, MunimentError, Problem, StorageFull, ValidationFailed
from muniment.files.additions import NewFile, content_of
from muniment.records.import_documents import Document, documents_in, iterate_documents
from muniment.records.import_pruning import Pruned, prune
from muniment.records.import_results import ImportResult, refused, result_of
from muniment.records.importing import ImportedRecord, ImportFormat, Loss, RecordRefused
from muniment.records.importing_models import RecordImport
from muniment.records.models import Draft, Record
from muniment.records.schemas import DraftSchema, LoadResult

if TYPE_CHECKING:
    from muniment.repository import Repository

#: How often a write is repeated when the database is busy with others.
ATTEMPTS = 5


class KnownHere:
    """Which terms the repository's vocabularies hold; each is looked up once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._known: dict[tuple[str, str], bool] = {}

    def has(self, vocabulary: str, term: str) -> bool:
        pair = (vocabulary, term)
        if pair not in self._known:
            self._known[pair] = pair in self._repository.vocabularies.resolve([pair])
        return self._known[pair]


class RecordImporter:
    """Imports documents as records of one owner, through the same service that people's deposits go through.

    A run can be repeated: what came before is found by its source and updated if it has changed. One document
    cannot stop the run; what does are a full disk and a database that stays busy.
    """

    def __init__(
        self,
        repository: Repository,
        owner: Actor = SYSTEM,
        *,
        formats: Sequence[ImportFormat] | None = None,
        format_name: str | None = None,
    ) -> None:
        """Use the formats of the enabled plugins unless others are given, and only `format_name` of them if that is."""
        self.repository = repository
        self.owner = owner
        self.known = KnownHere(repository)
        self.formats = _chosen(formats or repository.hooks.register_import_formats(), format_name)
        self._seen: dict[tuple[str, str], str] = {}

    def run(self, paths: Iterable[Path]) -> Iterator[ImportResult]:
        """Import every document of the files and folders, one result for each, as they come."""
        for path in paths:
            for document in iterate_documents(path, self.formats):
                yield self.import_document(document)

    def import_document(
        self, document: Document, *, files: Path | None = None, previous: str | None = None
    ) -> ImportResult:
        """Import one document.

        `files` is a folder whose files, with their subfolders, the record gets; `previous` is the public id of the
        record that this one becomes the next version of. Both count when the document comes for the first time.
        """
        try:
            imported = self.read(document)
        except RecordRefused as refusal:
            return refused(document.place, refusal.problems)
        return self.import_record(imported, document.place, files=files, previous=previous)

    def documents(self, name: str, content: bytes) -> list[Document]:
        """The documents of a file that somebody sent, by its name and contents."""
        return documents_in(name, content, self.formats)

    def read(self, document: Document) -> ImportedRecord:
        """A document as the JSON of a draft, by the first format that knows it; nothing is stored.

        Raises `RecordRefused` for what is no document, is in no format, or cannot become a record.
        """
        if document.value is None:
            raise RecordRefused([Problem("", document.problem or "There is no document here.")])
        chosen = next((item for item in self.formats if item.detect(document.value)), None)
        if chosen is None:
            names = ", ".join(item.title for item in self.formats)
            raise RecordRefused([Problem("", f"The document is in none of the formats: {names}.")])
        return chosen.read(document.value, self.known)

    def fitting(self, imported: ImportedRecord) -> ImportedRecord:
        """What a format has read without what this repository cannot keep, which is added to its losses."""
        pruned = prune({**imported.data, "files": {"enabled": True}}, self._load)
        losses = (*imported.losses, *pruned.losses, *self._silent_losses(pruned))
        return ImportedRecord(imported.source_id, pruned.kept, losses, imported.source)

    def import_record(
        self, imported: ImportedRecord, place: str, *, files: Path | None = None, previous: str | None = None
    ) -> ImportResult:
        """Import what a format has read; `place` tells people where it came from."""
        key = imported.source, imported.source_id
        if key in self._seen:
            loss = Loss("", f"The same record was read before, from {self._seen[key]}.")
            return result_of(imported, place, "duplicate", losses=(loss,))
        self._seen[key] = place
        try:
            return _patiently(lambda: self._import(imported, place, files, previous))
        except (Busy, StorageFull):
            raise
        except Gone as gone:
            problem = Problem("", f"The record {gone.record_id} was deleted here and is not imported again.")
            return result_of(imported, place, "refused", problems=[problem])
        except MunimentError as error:
            problems = error.errors or (Problem("", error.message),)
            return result_of(imported, place, "refused", problems=problems)

    def _import(self, imported: ImportedRecord, place: str, files: Path | None, previous: str | None) -> ImportResult:
        digest = hashlib.sha256(orjson.dumps(imported.data, option=orjson.OPT_SORT_KEYS)).hexdigest()
        with self.repository.database.read() as session:
            before = session.get(RecordImport, (imported.source, imported.source_id))
        if before is not None and before.digest == digest:
            return result_of(imported, place, "unchanged", number=self._public(before.record_id))
        data = {**imported.data, "files": {"enabled": files is not None}}
        pruned = prune(data, self._load)
        losses = [*imported.losses, *pruned.losses, *self._silent_losses(pruned)]
        if pruned.blocking:
            return result_of(imported, place, "refused", problems=pruned.blocking, losses=losses)
        if before is not None:
            number = self._update(self._public(before.record_id), pruned.data, imported, digest)
            return result_of(imported, place, "updated", number=number, losses=losses)
        number = self._left_behind(pruned) or self._start(pruned.data, previous)
        self._publish(number, imported, digest, files)
        return result_of(imported, place, "imported", number=number, losses=losses)

    # Writing --------------------------------------------------------------------------------------------------

    def _start(self, data: Mapping[str, Any], previous: str | None) -> str:
        """A draft with this content, of a new record or of the next version of `previous`."""
        records = self.repository.records
        if previous is None:
            draft = records.create(self.owner, dict(data))
        else:
            draft = records.new_version(self.owner, previous)
            draft = records.update_draft(self.owner, draft.id, dict(data))
        taken = [problem for problem in draft.problems if problem.field.startswith("pids.")]
        if taken:
            records.delete_draft(self.owner, draft.id)
            raise ValidationFailed(errors=taken)
        return draft.id

    def _update(self, number: str, data: Mapping[str, Any], imported: ImportedRecord, digest: str) -> str:
        """Replace the metadata of a record that was imported before; its files stay as they were published."""
        records = self.repository.records
        with self.repository.database.read() as session:
            if session.get(Draft, records.number_of(number)) is not None:
                raise Conflict(f"The record {number} is being edited; publish or discard the draft first.")
            stored = session.get(Record, records.number_of(number))
            enabled = bool(stored is not None and stored.data.get("files", {}).get("enabled"))
        records.edit(self.owner, number)
        records.update_draft(self.owner, number, {**data, "files": {"enabled": enabled}})
        self._publish(number, imported, digest, None)
        return number

    def _publish(self, number: str, imported: ImportedRecord, digest: str, files: Path | None) -> None:
        """Publish and remember the source in one transaction; whatever fails, no draft is left behind."""

        def remember(unit: UnitOfWork) -> None:
            row = RecordImport(source=imported.source, source_id=imported.source_id)
            row.record_id = self.repository.records.number_of(number)
            row.digest, row.imported = digest, unit.now
            unit.session.merge(row)

        published = False
        try:
            if files is not None:
                self.attach(number, files)
            self.repository.records.publish(self.owner, number, within=remember, wait=False)
            published = True
        finally:
            if not published:
                self.repository.records.delete_draft(self.owner, number)

    def attach(self, number: str, folder: Path) -> None:
        """Give a draft every file below a folder, named by its path in it; files that are there already stay."""
        with self.repository.database.read() as session:
            draft_id = self.repository.records.number_of(number)
            present = {entry.key for entry in self.repository.files.snapshot(session, draft_id=draft_id).entries}
        found = {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()}
        new = [NewFile(key, content_of(file)) for key, file in found.items() if key not in present]
        self.repository.files.add_all(self.owner, number, new)

    # Looking --------------------------------------------------------------------------------------------------

    def _left_behind(self, pruned: Pruned) -> str | None:
        """The draft that a run left when it was cut off before publishing, if it holds exactly this document."""
        doi = pruned.data.get("pids", {}).get("doi", {}).get("identifier")
        if not doi:
            return None
        with self.repository.database.read() as session:
            row = self.repository.records.pids.find(session, "doi", doi)
            draft = session.get(Draft, row.record_id) if row is not None and row.record_id is not None else None
            if draft is None or draft.based_on is not None:
                return None
            same = all(draft.data.get(key) == pruned.kept.get(key) for key in ("metadata", "custom_fields"))
            return self._public(draft.id) if same else None

    def _public(self, number: int) -> str:
        return self.repository.records.numbers.format(number)

    def _load(self, data: Mapping[str, Any]) -> LoadResult:
        return DraftSchema().load(
            {**data, "metadata": data.get("metadata") or {}},
            resolve=self.repository.vocabularies.resolve,
            identifiers=self.repository.identifiers,
            fields=self.repository.fields,
        )

    def _silent_losses(self, pruned: Pruned) -> list[Loss]:
        """What the schema takes without a word and does not keep, because no enabled plugin is there for it."""
        reason = "This repository has no such field; left out."
        names = [name for name in pruned.data.get("custom_fields") or {} if name not in pruned.kept["custom_fields"]]
        losses = [Loss(f"custom_fields.{name}", reason) for name in names]
        paths = {part.path for part in self.repository.records.parts}
        if "embargo" in (pruned.data.get("access") or {}) and "access.embargo" not in paths:
            reason = "This repository does not end embargoes by itself; the files stay restricted."
            losses.append(Loss("access.embargo", reason))
        return losses


def _chosen(formats: Sequence[ImportFormat], name: str | None) -> Sequence[ImportFormat]:
    if not formats:
        raise InvalidRequest("No import format is available. Enable a plugin that offers some, such as 'importers'.")
    if name is None:
        return formats
    chosen = [item for item in formats if item.name == name]
    if not chosen:
        names = ", ".join(sorted(item.name for item in formats))
        raise InvalidRequest(f"There is no import format named '{name}'. Available: {names}.")
    return chosen


def _patiently(action: Callable[[], ImportResult]) -> ImportResult:
    """Repeat an action while the database is busy with others, up to `ATTEMPTS` times."""
    for _ in range(ATTEMPTS - 1):
        try:
            return action()
        except Busy as busy:
            time.sleep(busy.retry_after)
    return action()
