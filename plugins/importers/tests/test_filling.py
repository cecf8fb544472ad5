"""Drafts are filled where they are empty, or replaced when that is wished; the rest is left and told."""

from __future__ import annotations

from typing import Any

import pytest

from muniment_importers.filling import fill

FOUND = {
    "metadata": {"title": "Found", "creators": [1], "publisher": "Elsewhere", "version": "2"},
    "custom_fields": {"a": 1},
    "pids": {},
}
BEFORE: dict[str, Any] = {
    "metadata": {"title": "Mine", "creators": [], "publisher": "Here", "version": "2"},
    "files": {"enabled": True},
}


@pytest.mark.parametrize(
    ("replace", "title", "replaced", "kept"),
    [(False, "Mine", [], ["metadata.title"]), (True, "Found", ["metadata.title"], [])],
)
def test_filling(replace: bool, title: str, replaced: list[str], kept: list[str]) -> None:
    filled = fill(BEFORE, FOUND, replace=replace, proposed={"metadata.publisher": "Here"})
    assert filled.document["metadata"] == {"title": title, "creators": [1], "publisher": "Elsewhere", "version": "2"}
    assert filled.document["custom_fields"] == {"a": 1}
    assert filled.document["files"] == {"enabled": True}
    assert filled.taken == ["metadata.creators", "metadata.publisher", "custom_fields.a"]
    assert (filled.replaced, filled.kept) == (replaced, kept)
    assert BEFORE["metadata"]["title"] == "Mine"
