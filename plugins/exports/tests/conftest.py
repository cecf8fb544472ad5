"""Modules of these tests are imported by their names; what a format writes of a record, changed as a test wants it."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

FILES = {"drift.csv": b"1,2\n", "README.md": b"# Ice"}


@pytest.fixture
def written(repository: Any, make_record: Callable[..., Any]) -> Callable[..., bytes]:
    """Writes one published record with two files in a format; `sections` replace parts beside its metadata, and the
    last arguments fields of that."""
    record = make_record("Drift of ice", files=FILES).data

    def write(name: str, *, sections: dict[str, Any] | None = None, **metadata: Any) -> bytes:
        data = {**copy.deepcopy(dict(record)), **(sections or {})}
        data["metadata"].update(metadata)
        document: bytes = repository.exports.find(name).write(data)
        return document

    return write
