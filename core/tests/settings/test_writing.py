"""Changing keys of instance.toml: comments stay, wrong values are refused, and nothing is half written."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniment.errors import ConfigurationError, Conflict, ValidationFailed
from muniment.settings.instance import Instance
from muniment.settings.writing import write_key, writing_key

TEXT = """\
# Our repository.
[site]
name = "Before"   # as people know it
languages = ["en"]

[server]
port = 5000
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "instance.toml").write_text(TEXT)
    (tmp_path / "instance.toml").chmod(0o640)
    return tmp_path


def text(folder: Path) -> str:
    return (folder / "instance.toml").read_text()


def test_one_value_changes_and_everything_else_stays(folder: Path) -> None:
    written = write_key(folder, "site.name", "After", {})
    assert (written.old, written.new) == ("Before", "After")
    assert text(folder) == TEXT.replace("Before", "After")
    assert (folder / "instance.toml").stat().st_mode & 0o777 == 0o640
    assert [path.name for path in folder.iterdir()] == ["instance.toml"]


def _refuse_second_names(_file: Path, _target: Path) -> None:
    raise PermissionError("no second names here")


@pytest.mark.parametrize("second_names", [True, False])
def test_the_file_is_as_it_was_when_what_belongs_to_it_fails(
    folder: Path, second_names: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not second_names:
        monkeypatch.setattr(Path, "hardlink_to", _refuse_second_names)

    def fill_the_disk() -> None:
        assert "After" in text(folder)
        raise OSError("full")

    with pytest.raises(OSError, match="full"), writing_key(folder, "site.name", "After", {}):
        fill_the_disk()
    assert text(folder) == TEXT
    with writing_key(folder, "site.name", "After", {}):
        pass
    assert text(folder) == TEXT.replace("Before", "After")
    with pytest.raises(ConfigurationError), writing_key(folder, "site.url", "nonsense", {}):
        pass
    assert text(folder) == TEXT.replace("Before", "After")
    assert [path.name for path in folder.iterdir()] == ["instance.toml"]


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("server.port", "8080", "port = 8080"),
        ("site.registration", "false", "registration = false"),
        ("site.languages", "de, en", 'languages = ["de", "en"]'),
        ("mail.host", "mail.example.org", 'host = "mail.example.org"'),
        ("search.wait_seconds", "1.5", "wait_seconds = 1.5"),
        ("theme.colours.brand", "#0b4f6c", 'brand = "#0b4f6c"'),
    ],
)
def test_values_get_the_type_of_their_key(folder: Path, key: str, value: str, line: str) -> None:
    write_key(folder, key, value, {})
    assert line in text(folder)
    assert Instance.load(folder, {}).config


def test_a_key_goes_back_to_its_default(folder: Path) -> None:
    assert write_key(folder, "server.port", None, {}).new == 5000
    assert "port" not in text(folder)
    write_key(folder, "mail.host", None, {})  # was never set


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("server.port", "many", "port must be a whole number"),
        ("site.timezone", "Mars/Base", "is not a time zone"),
        ("site.url", "nowhere", "must be the full address"),
        ("logging.level", "LOUD", "must be one of DEBUG"),
    ],
)
def test_a_value_that_is_not_valid_changes_nothing(folder: Path, key: str, value: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        write_key(folder, key, value, {})
    assert text(folder) == TEXT


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("site.nmae", "There is no such key"),
        ("sight.name", "There is no such key"),
        ("site", "There is no such key"),
        ("site.name.first", r"Name it as site\.name\."),
        ("theme.colours", r"Name it as theme\.colours\.NAME"),
    ],
)
def test_a_key_that_does_not_exist_is_named(folder: Path, key: str, words: str) -> None:
    with pytest.raises(ValidationFailed, match=words):
        write_key(folder, key, "x", {})
    assert text(folder) == TEXT


def test_what_the_environment_decides_is_not_written(folder: Path) -> None:
    with pytest.raises(Conflict, match="set by the environment variable MUNIMENT__SITE__NAME"):
        write_key(folder, "site.name", "After", {"MUNIMENT__SITE__NAME": "Other"})
    assert text(folder) == TEXT
