"""Records in the formats of plugins: written once, kept, and written again when the record or the format changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import bindparam, delete, select

from muniment.access.actor import ANONYMOUS, Actor
from muniment.db.inserting import insert_for
from muniment.errors import MunimentError, NotAcceptable, PermissionDenied
from muniment.hooks.caller import PluginFailure, attempt
from muniment.records.export_formats import Exported, ExportFormat, check_document, core_formats
from muniment.records.export_losses import left_out
from muniment.records.items import RecordItem
from muniment.records.models import Record, RecordExport

if TYPE_CHECKING:
    from muniment.repository import Repository

log = structlog.get_logger(__name__)

_CORE: Final = "core"
_HOOK: Final = "register_export_formats"
#: Built once: building a statement costs more than running it.
_KEPT: Final = select(RecordExport.record_id, RecordExport.version, RecordExport.body).where(
    RecordExport.record_id.in_(bindparam("numbers", expanding=True)), RecordExport.name == bindparam("name")
)


class ExportService:
    """The export formats of one generation, and records in them."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._database = repository.database

    @cached_property
    def formats(self) -> tuple[ExportFormat, ...]:
        """All formats in the order of menus."""
        return tuple(sorted((format for format, _ in self._table.values()), key=lambda each: each.order))

    @cached_property
    def _table(self) -> dict[str, tuple[ExportFormat, str]]:
        """Formats by name, each with the plugin that offers it; one that takes what another has is its failure."""
        found = {format.name: (format, _CORE) for format in core_formats()}
        for contribution in self._repository.hooks.contributions(_HOOK):
            format: ExportFormat = contribution.value
            taken = {name: owner for name, (other, owner) in found.items() for name in (name, *other.offers)}
            for name in (format.name, *format.offers):
                if name in taken:
                    cause = ValueError(f"'{name}' belongs to '{taken[name]}' already")
                    raise PluginFailure(contribution.plugin, _HOOK, cause)
            found[format.name] = format, contribution.plugin
        return found

    @cached_property
    def _aliases(self) -> dict[str, str]:
        return {alias: format.name for format in self.formats for alias in format.aliases}

    def find(self, name: str) -> ExportFormat:
        """The format of that name; raises `NotAcceptable` (406), which lists all."""
        if name in self._table:
            return self._table[name][0]
        names = ", ".join(format.name for format in self.formats)
        raise NotAcceptable(f"There is no export format '{name}'. The formats are: {names}.")

    def renamed(self, name: str) -> str | None:
        """The present name of a format that is asked for by an older one."""
        return None if name in self._table else self._aliases.get(name)

    def read(self, actor: Actor, number: str, name: str) -> Exported:
        """A published record in a format, as `actor` may see it.

        What everybody may see is written from what everybody may see, whoever asks. Raises what reading a record
        raises, and `NotAcceptable`.
        """
        format = self.find(name)
        item, public = self._item(actor, number)
        return Exported(item.id, format, self.write(item, name, keep=public), public)

    def _item(self, actor: Actor, number: str) -> tuple[RecordItem, bool]:
        try:
            return self._repository.records.read(ANONYMOUS, number), True
        except PermissionDenied:
            return self._repository.records.read(actor, number), False

    def write(self, item: RecordItem, name: str, *, keep: bool = False) -> bytes:
        """A record in a format. With `keep`, for what an anonymous reader sees only, from what was written before.

        Raises `PluginFailure` when the format cannot write this record.
        """
        return self.write_many([item], name, keep=keep)[0]

    def write_many(self, items: Sequence[RecordItem], name: str, *, keep: bool = False) -> list[bytes]:
        """As `write`, for many records with one statement."""
        format = self.find(name)
        return self.keep_many(
            items, name, format.revision, lambda item: self._written(format, item), keep=keep and format.kept
        )

    def _written(self, format: ExportFormat, item: RecordItem) -> bytes:
        """What harvesters get stands inside of another document, so it is looked at once, before it is kept."""
        body = attempt(self._table[format.name][1], f"export format {format.name}", lambda: format.write(item.data))
        body = bytes(self._repository.hooks.export_document(value=body, record=item.data, format=format.name))
        if format.harvest:
            attempt(self._table[format.name][1], f"export format {format.name}", lambda: check_document(body))
        return body

    def keep_many(
        self,
        items: Sequence[RecordItem],
        name: str,
        revision: str,
        write: Callable[[RecordItem], bytes],
        *,
        keep: bool = True,
    ) -> list[bytes]:
        """What `write` makes of each record, from what was kept under `name` if record and `revision` are the same.

        For other texts than whole formats too, such as citations; `name` (at most 80 characters) then starts with the
        name of the plugin. Only what an anonymous reader may see may be kept.
        """
        if not keep or not items:
            return [write(item) for item in items]
        versions = self._versions(
            {self._repository.records.number_of(item.id): item.etag for item in items}, name, revision
        )
        kept = self._kept(versions, name)
        bodies: list[bytes] = []
        fresh: dict[int, tuple[RecordItem, bytes]] = {}
        for number, item in zip(versions, items, strict=True):
            body = kept.get(number)
            if body is None:
                body = write(item)
                fresh[number] = item, body
            bodies.append(bytes(body))
        if fresh:
            self._remember(fresh, name, versions)
        return bodies

    def public(self, numbers: Sequence[int], name: str) -> dict[int, bytes | PluginFailure]:
        """Those of these records that everybody may see in a format, by number. One that cannot be written is its
        failure; the others come nevertheless.

        Whatever was kept costs two statements for all: the records themselves are not read.
        """
        format = self.find(name)
        return self.keep_public(
            numbers, name, format.revision, lambda item: self._written(format, item), keep=format.kept
        )

    def keep_public(
        self,
        numbers: Sequence[int],
        name: str,
        revision: str,
        write: Callable[[RecordItem], bytes],
        *,
        keep: bool = True,
    ) -> dict[int, bytes | PluginFailure]:
        """As `public` for other texts than whole formats, kept as `keep_many` does it."""
        etags = self._repository.records.public_etags(numbers)
        versions = self._versions({number: etag for number, etag in etags.items() if etag}, name, revision)
        found: dict[int, bytes | PluginFailure] = dict(self._kept(versions, name)) if keep and versions else {}
        missing = [number for number in etags if number not in found]
        items = self._repository.records.items(ANONYMOUS, missing) if missing else {}
        fresh: dict[int, tuple[RecordItem, bytes]] = {}
        for number, item in items.items():
            try:
                body = write(item)
            except PluginFailure as error:
                found[number] = error
            else:
                found[number], fresh[number] = body, (item, body)
        if fresh and keep:
            versions = self._versions({number: item.etag for number, (item, _) in fresh.items()}, name, revision)
            self._remember(fresh, name, versions)
        return {number: found[number] for number in numbers if number in found}

    def _kept(self, versions: Mapping[int, str], name: str) -> dict[int, bytes]:
        """What was kept of these records and still fits."""
        with self._database.single() as connection:
            rows = connection.execute(_KEPT, {"numbers": list(versions), "name": name}).all()
            return {number: bytes(body) for number, version, body in rows if version == versions[number]}

    def _versions(self, etags: Mapping[int, str], name: str, revision: str) -> dict[int, str]:
        """Each changes with all that a text depends on: the record as it is shown, the format, its plugin, settings."""
        inputs = f"\n{revision}\n{self._inputs(name)}\n{self._inputs_of_changers}"
        return {number: hashlib.sha256(f"{etag}{inputs}".encode()).hexdigest()[:32] for number, etag in etags.items()}

    def _inputs(self, name: str) -> str:
        owner = self._table[name][1] if name in self._table else name.partition(":")[0]
        return self._inputs_of_plugins.get(owner, self._inputs_of_site)

    @cached_property
    def _inputs_of_site(self) -> str:
        site = self._repository.config.site
        return f"{site.url}\n{site.name}\n{site.publisher}"

    @cached_property
    def _inputs_of_changers(self) -> str:
        """What plugins that change documents of others depend on: who they are, their versions and settings."""
        plugins = [each for each in self._repository.generation.plugins if hasattr(each.plugin, "export_document")]
        return "\n".join(f"{each.name}\n{self._inputs_of_plugins[each.name]}" for each in plugins)

    @cached_property
    def _inputs_of_plugins(self) -> Mapping[str, str]:
        found = {}
        for plugin in self._repository.generation.plugins:
            settings = sorted(vars(plugin.settings).items())
            found[plugin.name] = f"{self._inputs_of_site}\n{plugin.installed.version}\n{settings!r}"
        return found

    def _remember(self, fresh: Mapping[int, tuple[RecordItem, bytes]], name: str, versions: Mapping[int, str]) -> None:
        """Keep what was written of records that are still as they were; readers do not wait for a busy database."""
        if self._database.current is not None or self._repository.read_only:
            return
        try:
            with self._database.write() as unit:
                present = unit.session.execute(
                    select(Record.id, Record.revision)
                    .where(Record.id.in_(fresh), Record.deletion_status == "P", Record.access_record == "public")
                    .order_by(Record.id)
                    .with_for_update(read=True)
                )
                rows: list[dict[str, Any]] = [
                    {"record_id": number, "name": name, "version": versions[number], "body": fresh[number][1]}
                    for number, revision in present
                    if revision == fresh[number][0].revision
                ]
                if rows:
                    insert = insert_for(unit.session)(RecordExport)
                    newer = {column: insert.excluded[column] for column in ("version", "body")}
                    unit.session.execute(
                        insert.on_conflict_do_update(index_elements=["record_id", "name"], set_=newer), rows
                    )
        except MunimentError as error:
            log.info("export_not_kept", format=name, records=len(fresh), reason=str(error))

    def left_out(self, record: Mapping[str, Any], name: str, *, quick: bool = False) -> list[str]:
        """The fields of a record's JSON that hold something and for which a format has no place; those of which it
        carries only some are marked as ``(in part)``. To find these the record is written several times, unless it is
        to be `quick`: then only what the format says of itself is told. Raises `PluginFailure`."""
        format, owner = self.find(name), self._table[name][1]

        def write(data: Mapping[str, Any]) -> bytes:
            return bytes(self._repository.hooks.export_document(value=format.write(data), record=data, format=name))

        return attempt(owner, f"export format {name}", lambda: left_out(format, record, None if quick else write))

    def forget(self) -> int:
        """Remove all that is kept; it is written again when asked for. Answers how many texts there were."""
        with self._database.write() as unit:
            result = unit.session.execute(delete(RecordExport))
        return int(result.rowcount)  # type: ignore[attr-defined]
