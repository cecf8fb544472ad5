"""`instance.toml` and the environment become one typed configuration; what is wrong is said precisely."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from muniment.errors import ConfigurationError
from muniment.settings.config import Config
from muniment.settings.loading import load_config


def load(folder: Path, text: str = "", **environ: str) -> Config:
    (folder / "instance.toml").write_text(text, encoding="utf-8")
    return load_config(folder, environ)


def test_an_empty_file_gives_every_default(tmp_path: Path) -> None:
    assert load(tmp_path) == Config()


def test_the_file_replaces_defaults_and_the_environment_replaces_the_file(tmp_path: Path) -> None:
    text = '[site]\nname = "One"\nlanguages = ["de"]\n[server]\nport = 1\n'
    config = load(tmp_path, text, MUNIMENT__SERVER__PORT="2", MUNIMENT__SITE__LANGUAGES="en, fr")
    assert (config.site.name, config.site.languages, config.server.port) == ("One", ("en", "fr"), 2)
    assert config.origins["site.name"] == str(tmp_path / "instance.toml")
    assert "MUNIMENT__SERVER__PORT" in config.origins["server.port"]
    assert "server.host" not in config.origins


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("1", True), ("yes", True), ("False", False), ("0", False), ("no", False)]
)
def test_switches_in_the_environment(tmp_path: Path, text: str, value: bool) -> None:
    assert load(tmp_path, MUNIMENT__SITE__REGISTRATION=text).site.registration is value


def test_whole_numbers_are_numbers(tmp_path: Path) -> None:
    assert load(tmp_path, "[search]\nwait_seconds = 3\n").search.wait_seconds == 3.0


def test_other_variables_are_left_alone(tmp_path: Path) -> None:
    assert load(tmp_path, MUNIMENT_INSTANCE="x", PATH="/bin") == Config()


def test_settings_of_plugins_come_along_with_the_environment(tmp_path: Path) -> None:
    config = load(tmp_path, '[plugin.local-storage]\npath = "a"\n', MUNIMENT__LOCAL_STORAGE__PATH="b")
    assert config.plugin["local-storage"] == {"path": "b"}


def keys() -> list[tuple[str, str, Any]]:
    found = []
    hints = typing.get_type_hints(Config)
    for section in dataclasses.fields(Config):
        if section.name not in ("plugin", "origins"):
            for key, hint in typing.get_type_hints(hints[section.name]).items():
                if key in {field.name for field in dataclasses.fields(hints[section.name])}:
                    found.append((section.name, key, hint))
    return found


@pytest.mark.parametrize(("section", "key", "hint"), keys(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_value_of_another_type_is_refused_with_file_and_key(
    tmp_path: Path, section: str, key: str, hint: Any
) -> None:
    wrong = "1" if hint is str else '"many"'
    with pytest.raises(ConfigurationError) as raised:
        load(tmp_path, f"[{section}]\n{key} = {wrong}\n")
    assert str(tmp_path / "instance.toml") in str(raised.value)
    assert key in str(raised.value)


@pytest.mark.parametrize(("section", "key", "hint"), keys(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_key_can_come_from_the_environment(tmp_path: Path, section: str, key: str, hint: Any) -> None:
    """Tables are the exception: they have keys of their own."""
    if typing.get_origin(hint) is not None and issubclass(typing.get_origin(hint), Mapping):
        return
    default = getattr(getattr(Config(), section), key)
    text = ",".join(default) if isinstance(default, tuple) else str(default).lower() if hint is bool else str(default)
    config = load(tmp_path, **{f"MUNIMENT__{section}__{key}".upper(): text})
    assert getattr(getattr(config, section), key) == default
    assert f"{section}.{key}" in config.origins


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[site]\nnmae = 'x'\n", ["[site]", "'nmae'", "Did you mean 'name'?"]),
        ("[sites]\n", ["[sites]", "Did you mean 'site'?"]),
        ("[zzz]\n", ["[zzz]", "Known are: "]),
        ("site = 1\n", ["[site] must be a table"]),
        ("[site]\nlanguages = [1]\n", ["languages must be a list of texts"]),
        ("[site]\nlanguages = []\n", ["site.languages"]),
        ("[site]\nurl = 'localhost:5000'\n", ["site.url", "full address"]),
        ("[site]\nurl = 'https://a.org/'\n", ["site.url", "slash"]),
        ("[site]\nurl = 'https://a.org/x'\n", ["site.url", "no path"]),
        ("[site]\ntimezone = 'Berlin'\n", ["site.timezone", "Europe/Berlin"]),
        ("[records]\nids = 'uuid'\n", ["records.ids", "decimal, base32"]),
        ("[files]\nmax_bytes = 0\n", ["files.max_bytes", "greater than 0"]),
        (
            "[server]\ncors_origins = ['https://a.org/']\n",
            ["server.cors_origins", "'https://a.org/'", "without a path"],
        ),
        ("[server]\ncors_origins = ['a.org']\n", ["server.cors_origins", "'a.org'"]),
        ("[rates]\nexempt = ['10.0.0.1/8']\n", ["rates.exempt", "10.0.0.1/8"]),
        ("[rates]\nguest_hour = -1\n", ["rates.guest_hour", "-1", "0 or more"]),
        ("[rates]\nguest_searches = -1\n", ["rates.guest_searches", "0 or more"]),
        ("[server]\nport = 70000\n", ["server.port", "70000", "65535"]),
        ("[server]\nworkers = 0\n", ["server.workers", "greater than 0"]),
        ("[server]\ntrusted_proxies = -1\n", ["server.trusted_proxies", "0 or more"]),
        ("[site]\naliases = ['http://x/y']\n", ["site.aliases", "'http://x/y'"]),
        ("[site]\naliases = ['a b']\n", ["site.aliases", "'a b'"]),
        ("[site]\naliases = ['*.example.org']\n", ["site.aliases", "'*.example.org'"]),
        ("[site]\naliases = ['a:70000']\n", ["site.aliases", "'a:70000'"]),
        ("[site]\naliases = ['']\n", ["site.aliases", "''"]),
        ("[plugin]\ndatacite = 1\n", ["[plugin.NAME]"]),
        ("[site\n", ["not valid TOML", "line 1"]),
        ("\udcff", ["not valid TOML"]),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, parts: list[str]) -> None:
    (tmp_path / "instance.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigurationError) as raised:
        load_config(tmp_path, {})
    for part in [str(tmp_path / "instance.toml"), *parts]:
        assert part in str(raised.value)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("MUNIMENT__SITE__NMAE", "Did you mean 'name'?"),
        ("MUNIMENT__SITE", "MUNIMENT__SECTION__KEY"),
        ("MUNIMENT__SERVER__PORT", "whole number"),
        ("MUNIMENT__SITE__REGISTRATION", "true or false"),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, name: str, part: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load(tmp_path, **{name: "many"})
    assert name in str(raised.value)
    assert part in str(raised.value)


def test_a_number_out_of_range_is_told_with_where_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"MUNIMENT__SERVER__THREADS: server\.threads is 0"):
        load(tmp_path, MUNIMENT__SERVER__THREADS="0")


@pytest.mark.parametrize("alias", ["data.example.org", "data.example.org:8080", "https://data.example.org", "[::1]:80"])
def test_names_and_addresses_are_aliases(tmp_path: Path, alias: str) -> None:
    assert load(tmp_path, f"[site]\naliases = ['{alias}']\n").site.aliases == (alias,)


def test_a_missing_file_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="muniment init"):
        load_config(tmp_path, {})
