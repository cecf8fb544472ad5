"""A manifest is read without importing the plugin, and whatever is wrong with it is said with file and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from muniment.errors import ConfigurationError
from muniment.plugins.manifest import CATEGORIES, Manifest, read_manifest
from muniment.testing.configuration import toml_value
from muniment.version import SUPPORTED_HOOK_APIS

VALUES: dict[str, Any] = {
    "name": "probe",
    "title": "Probe",
    "description": "For a test.",
    "category": "service",
    "hook_api": 0,
}


def write(folder: Path, **changes: Any) -> Path:
    values = {key: value for key, value in {**VALUES, **changes}.items() if value is not None}
    lines = [f"{key} = {toml_value(value)}" for key, value in values.items()]
    (folder / "plugin.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def refused(folder: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_manifest(folder)
    assert str(folder / "plugin.toml") in caught.value.message
    return caught.value.message


def test_a_short_manifest_is_cautious_by_default(tmp_path: Path) -> None:
    manifest = read_manifest(write(tmp_path))
    assert manifest == Manifest("probe", "Probe", "For a test.", "service", 0)
    assert manifest.guards
    assert manifest.personal_data
    assert not manifest.essential
    assert not manifest.builtin


def test_every_key_is_read(tmp_path: Path) -> None:
    given = {
        "name": "long-name2",
        "requires": ["datacite"],
        "uses": ["orcid"],
        "conflicts": ["other"],
        "routes": ["/oai2d"],
        "guards": False,
        "personal_data": False,
        "personal_data_reason": "None.",
        "essential": True,
        "tier": "gold",
    }
    manifest = read_manifest(write(tmp_path, **given), builtin=True)
    for key, value in given.items():
        assert getattr(manifest, key) == (tuple(value) if isinstance(value, list) else value)
    assert manifest.builtin
    assert manifest.table_prefix == "long_name2_"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "missing" in refused(tmp_path)


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe", b"= 1"])
def test_what_is_no_toml_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "plugin.toml").write_bytes(content)
    assert "not valid TOML" in refused(tmp_path)


@pytest.mark.parametrize("key", list(VALUES))
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    assert f"the key '{key}' is missing" in refused(write(tmp_path, **{key: None}))


def test_a_mistyped_key_gets_a_suggestion(tmp_path: Path) -> None:
    assert "unknown key 'require'. Did you mean 'requires'?" in refused(write(tmp_path, require=["datacite"]))


def test_what_only_the_core_decides_cannot_be_claimed(tmp_path: Path) -> None:
    assert "unknown key 'builtin'" in refused(write(tmp_path, builtin=True))


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("hook_api", "0", "a whole number"),
        ("hook_api", True, "a whole number"),
        ("title", 3, "a text"),
        ("guards", "no", "true or false"),
        ("requires", "datacite", "a list of texts"),
        ("routes", [1], "a list of texts"),
    ],
)
def test_a_value_of_another_type_is_refused(tmp_path: Path, key: str, value: Any, words: str) -> None:
    assert f"{key} must be {words}" in refused(write(tmp_path, **{key: value}))


@pytest.mark.parametrize("name", ["Probe", "probe_one", "1probe", "probe-", "", "probe two", "prübe"])
def test_a_name_is_lower_case_words(tmp_path: Path, name: str) -> None:
    assert "lower-case words" in refused(write(tmp_path, name=name))
    assert "lower-case words" in refused(write(tmp_path, requires=[name]))


def test_category_and_tier_are_chosen_from_a_list(tmp_path: Path) -> None:
    assert ", ".join(CATEGORIES) in refused(write(tmp_path, category="misc"))
    assert "bronze, silver, gold" in refused(write(tmp_path, tier="platinum"))


def test_another_hook_interface_is_a_problem_of_the_plugin_and_not_of_the_file(tmp_path: Path) -> None:
    manifest = read_manifest(write(tmp_path, hook_api=max(SUPPORTED_HOOK_APIS) + 1))
    assert manifest.problem is not None
    assert "made for hook interface" in manifest.problem
    assert read_manifest(write(tmp_path)).problem is None
