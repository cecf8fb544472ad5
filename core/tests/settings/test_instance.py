"""An instance is a folder that can be moved, with a key that only its owner reads."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from muniment.errors import ConfigurationError
from muniment.settings.instance import Instance


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "instance.toml").write_text("[site]\n")
    return tmp_path / "one"


def test_paths_follow_the_folder(folder: Path) -> None:
    folder.rename(folder.with_name("two"))
    instance = Instance.load(folder.with_name("two"), environ={})
    assert instance.var == folder.with_name("two") / "var"
    assert instance.resolve("var/files") == instance.var / "files"
    assert instance.resolve("/srv/files") == Path("/srv/files")


def test_the_key_is_made_once_and_stays(folder: Path) -> None:
    key = Instance.load(folder, environ={}).secret_key
    assert len(key) >= 64
    assert stat.S_IMODE((folder / "var" / "secret_key").stat().st_mode) == 0o600
    assert Instance.load(folder, environ={}).secret_key == key


def test_processes_that_start_together_share_one_key(folder: Path) -> None:
    keys = []
    together = threading.Barrier(8)

    def read() -> None:
        together.wait()
        keys.append(Instance.load(folder, environ={}).secret_key)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_key_that_was_cut_is_refused(folder: Path) -> None:
    (folder / "var").mkdir()
    (folder / "var" / "secret_key").write_text("short")
    with pytest.raises(ConfigurationError, match="too short"):
        _ = Instance.load(folder, environ={}).secret_key
