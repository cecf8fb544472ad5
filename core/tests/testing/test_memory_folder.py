"""Files of tests lie in memory only where there is room for them."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from muniment.testing.memory_folder import keep_files_in_memory, memory_folder


def test_a_folder_with_room_is_taken(tmp_path: Path) -> None:
    assert memory_folder(tmp_path, needed=1) == tmp_path


def test_one_without_room_is_not(tmp_path: Path) -> None:
    assert memory_folder(tmp_path, needed=1 << 60) is None


def test_one_that_is_missing_is_not(tmp_path: Path) -> None:
    assert memory_folder(tmp_path / "none", needed=1) is None


@pytest.mark.parametrize(("chosen", "expected"), [(None, True), ("/elsewhere", False)])
def test_folders_of_tests_lie_below_it(
    chosen: str | None, expected: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("PYTEST_DEBUG_TEMPROOT", raising=False)
    monkeypatch.setattr("muniment.testing.memory_folder.memory_folder", lambda: tmp_path)
    keep_files_in_memory(SimpleNamespace(getoption=lambda _name: chosen))
    assert (os.environ.get("PYTEST_DEBUG_TEMPROOT") == str(tmp_path)) is expected


def test_what_the_environment_says_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTEST_DEBUG_TEMPROOT", "/elsewhere")
    monkeypatch.setattr("muniment.testing.memory_folder.memory_folder", lambda: tmp_path)
    keep_files_in_memory(SimpleNamespace(getoption=lambda _name: None))
    assert os.environ["PYTEST_DEBUG_TEMPROOT"] == "/elsewhere"
