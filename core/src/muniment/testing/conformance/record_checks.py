"""Records: what the plugin keeps with a record survives all that happens to the record while the plugin is off."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from muniment.access.actor import SYSTEM
from muniment.records.parts import RecordPart
from muniment.repository import Repository
from muniment.testing.conformance.bench import Bench
from muniment.testing.conformance.checks import Checks
from muniment.testing.documents import document


class RecordChecks(Checks):
    """The parts of a record that clients can write."""

    def test_a_record_keeps_its_parts_while_the_plugin_is_off(self, repository: Repository) -> None:
        """Edited, published and versioned meanwhile, a record has the same parts when the plugin is on again."""
        enabled = self.enabled_on(repository)
        parts = [
            item.value
            for item in enabled.hooks.contributions("register_record_parts")
            if item.plugin == self.plugin and item.value.load is not None
        ]
        if not parts:
            return
        bench = Bench(repository, self.plugin)
        owner = bench.owner.actor
        first, kept = _published_with(enabled, owner, parts, self.part_values, self.record_values)
        repository.plugins.disable(self.plugin, SYSTEM, with_dependents=True)
        off = repository.successor()
        hidden = off.records.read(owner, first).data
        shown = [place(part) for part in parts if _at(hidden, place(part)) == kept[part.path]]
        assert shown == [], "these show while the plugin is off"
        second = _changed(off, owner, first)
        on = self.enabled_on(off)
        for part in parts:
            assert _at(on.records.read(owner, first).data, place(part)) == kept[part.path], f"{part.path} was lost"
            if part.on_new_version is None:
                again = _at(on.records.read(owner, second).data, place(part))
                assert again == kept[part.path], f"{part.path} was not copied to the new version"


def _published_with(
    repository: Repository, owner: Any, parts: list[RecordPart], values: Mapping[str, Any], more: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """A published record with all parts, and what it shows of each."""
    body = {**document("Kept with the record", files_enabled=True), **copy.deepcopy(dict(more))}
    for part in parts:
        assert part.path in values, f"give a value of '{part.path}', as clients send it, in part_values"
        _put(body, place(part), values[part.path])
    draft = repository.records.create(owner, body)
    repository.files.add(owner, draft.id, "kept.txt", b"kept")
    number: str = repository.records.publish(owner, draft.id).id
    shown = repository.records.read(owner, number).data
    kept = {part.path: _at(shown, place(part)) for part in parts}
    assert [path for path, value in kept.items() if value is None] == [], "these were sent and are not shown"
    return number, kept


def _changed(repository: Repository, owner: Any, number: str) -> str:
    """Edit and publish a record, publish a new version of it; returns the number of that."""
    records = repository.records
    edited = records.edit(owner, number)
    body = {key: edited.data[key] for key in ("access", "files", "metadata")}
    records.update_draft(owner, number, {**body, "metadata": {**body["metadata"], "title": "Edited meanwhile"}})
    records.publish(owner, number)
    draft = records.new_version(owner, number)
    records.import_files(owner, draft.id)
    body = {key: draft.data[key] for key in ("access", "files", "metadata")}
    metadata = {**body["metadata"], "title": "A new version", "publication_date": "2026-06-01"}
    records.update_draft(owner, draft.id, {**body, "metadata": metadata})
    found: str = records.publish(owner, draft.id).id
    return found


def place(part: RecordPart) -> str:
    """Where the part stands in a record's JSON."""
    return f"parent.{part.path}" if part.level == "parent" and not part.path.startswith("parent.") else part.path


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for key in parents:
        body = body.setdefault(key, {})
    body[last] = value


def _at(body: Any, path: str) -> Any:
    for key in path.split("."):
        body = body.get(key) if isinstance(body, dict) else None
    return body
