"""Looking at installed packages again is saved when nothing changed for certain."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from muniment.plugins.footprint import Footprint


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where Python looks; it changed last a minute ago."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    (tmp_path / "plugin.toml").write_text("")
    age(tmp_path / "plugin.toml")
    age(tmp_path)
    return tmp_path


def age(path: Path, seconds: int = 60) -> None:
    moment = time.time() - seconds
    os.utime(path, (moment, moment))


def test_what_did_not_change_is_still_there(folder: Path) -> None:
    footprint = Footprint()
    footprint.add(folder / "plugin.toml")
    assert footprint.is_still_there()


def test_what_changed_just_before_may_change_again_unseen(folder: Path) -> None:
    age(folder, seconds=0)
    assert not Footprint().is_still_there()


@pytest.mark.parametrize("what", ["install", "remove", "edit", "search elsewhere"])
def test_a_change_is_noticed(folder: Path, what: str) -> None:
    footprint = Footprint()
    footprint.add(folder / "plugin.toml")
    match what:
        case "install":
            (folder / "other.dist-info").mkdir()
        case "remove":
            (folder / "plugin.toml").unlink()
        case "edit":
            age(folder / "plugin.toml", seconds=30)
        case _:
            sys.path.append(str(folder / "elsewhere"))
    assert not footprint.is_still_there()
