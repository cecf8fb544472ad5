"""Writes `instance.toml` for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson


def write_configuration(folder: Path, sections: Mapping[str, Mapping[str, Any]]) -> None:
    """Make the instance folder with the given sections; JSON's scalars and lists are valid TOML values."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for section, values in sections.items():
        lines.append(f"[{section}]")
        lines.extend(f"{key} = {toml_value(value)}" for key, value in values.items())
    (folder / "instance.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def toml_value(value: Any) -> str:
    """A text, number, truth value, list or mapping as TOML writes it."""
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{orjson.dumps(key).decode()} = {toml_value(item)}" for key, item in value.items()) + " }"
        )
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    return orjson.dumps(value).decode()
