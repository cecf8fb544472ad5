"""The files of a draft as the deposit form shows them: what is stored, what was interrupted, how much room is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from muniment.access.actor import Actor
from muniment.files.limits import Limits
from muniment.files.rendering import FileListing
from muniment.repository import Repository
from muniment.web.ui.deposit.state import is_new_version
from muniment.web.ui.files_view import FolderView, files_view
from muniment.web.ui.local_time import local_minute
from muniment.web.ui.wording import file_size


@dataclass(frozen=True)
class Unfinished:
    """A file whose bytes have not all come. `upload` is the address to go on at, "" when it has none."""

    key: str
    size: int
    size_text: str
    received_text: str
    upload: str


@dataclass(frozen=True)
class UploadView:
    """`locked` tells that the files are those of a published version, `enabled` is false for drafts that are metadata
    only. `order` is the depositor's own order of files, empty when there is none. `same_files` tells of a new
    version that its files are those of the version before.

    The files of a published version are not locked while they were opened; changes of them have to be published by
    `open_until` then, and `late` tells that this has passed. `opens_until` is the same of locked ones that the reader
    may open, "" when that is not so.
    """

    number: str = ""
    locked: bool = False
    enabled: bool = True
    root: FolderView = field(default_factory=FolderView)
    count: int = 0
    bytes_text: str = ""
    max_count: int = 0
    max_bytes_text: str = ""
    max_file_text: str = ""
    unfinished: tuple[Unfinished, ...] = ()
    default_preview: str = ""
    order: tuple[str, ...] = ()
    can_import: bool = False
    same_files: bool = False
    open_until: str = ""
    late: bool = False
    opens_until: str = ""

    @property
    def stored(self) -> int:
        """How many files are complete."""
        return self.root.count

    @property
    def opened(self) -> bool:
        """Whether folders are shown open: small trees are read at a glance."""
        return self.stored <= 30

    @property
    def is_full(self) -> bool:
        return self.count >= self.max_count


def upload_view(repository: Repository, actor: Actor, draft: Mapping[str, Any] | None, locale: str) -> UploadView:
    """The files of a draft, given its JSON; of a draft that does not exist yet only the limits."""
    limits = repository.files.limits
    number = str(draft.get("id") or "") if draft else ""
    if not draft or not number:
        return UploadView(**_limits(limits, locale), bytes_text=file_size(0, locale))
    listing: FileListing = repository.files.listing(actor, number, draft=True)
    complete = {entry.key for entry in listing.snapshot.completed}
    settings: Mapping[str, Any] = draft.get("files") or {}
    entries = {key: entry for key, entry in (settings.get("entries") or {}).items() if key in complete}
    tree = files_view(
        {**draft, "files": {**settings, "enabled": True, "entries": entries}},
        f"/records/{number}",
        locale,
        preview=True,
    )
    with repository.database.single() as connection:
        limits = repository.files.limits_for(connection, listing.handle)
    used = sum(_room_of(entry) for entry in listing.snapshot.entries)
    return UploadView(
        number=number,
        enabled=listing.enabled,
        root=tree.root,
        count=listing.snapshot.count,
        bytes_text=file_size(used, locale),
        unfinished=_unfinished(listing, locale),
        default_preview=listing.handle.default_preview or "",
        order=listing.handle.order,
        same_files=is_new_version(draft) and repository.records.has_files_of_previous(actor, number),
        **_limits(limits, locale),
        **_opening(repository, actor, draft, listing),
    )


def _opening(repository: Repository, actor: Actor, draft: Mapping[str, Any], listing: FileListing) -> dict[str, Any]:
    """Whether the files can be changed, and until when; whether there are files to take over."""
    is_empty = not listing.snapshot.count
    if not draft.get("is_published"):
        return {"can_import": is_new_version(draft) and is_empty}
    until = listing.handle.files_open_until
    if until is not None and until > repository.now():
        follows = int((draft.get("versions") or {}).get("index", 1)) > 1
        return {"open_until": local_minute(until), "can_import": follows and is_empty}
    opens = repository.records.may_modify_files_until(actor, listing.handle.number)
    return {"locked": True, "late": until is not None, "opens_until": local_minute(opens) if opens else ""}


def _limits(limits: Limits, locale: str) -> dict[str, Any]:
    return {
        "max_count": limits.max_count,
        "max_bytes_text": file_size(limits.max_bytes, locale),
        "max_file_text": file_size(limits.max_file_bytes, locale),
    }


def _room_of(entry: Any) -> int:
    return int(entry.size if entry.size is not None else entry.declared_size or 0)


def _unfinished(listing: FileListing, locale: str) -> tuple[Unfinished, ...]:
    found = []
    for entry in listing.snapshot.pending:
        upload = listing.uploads.get(entry.id)
        received = upload.received if upload is not None else entry.size or 0
        found.append(
            Unfinished(
                key=entry.key,
                size=_room_of(entry),
                size_text=file_size(_room_of(entry), locale),
                received_text=file_size(received, locale),
                upload=str(listing.file(entry)["links"].get("upload", "")),
            )
        )
    return tuple(found)


def moved(keys: list[str], key: str, step: int) -> list[str]:
    """The keys with one of them moved before (`step` -1) or behind (1) its neighbour in the same folder."""
    folder = key.rpartition("/")[0]
    near = [other for other in keys if other.rpartition("/")[0] == folder]
    place = near.index(key) + step
    if not 0 <= place < len(near):
        return keys
    first, second = sorted((keys.index(key), keys.index(near[place])))
    keys = list(keys)
    keys[first], keys[second] = keys[second], keys[first]
    return keys
