"""Names another database in `instance.toml`, and leaves everything else as people wrote it."""

from __future__ import annotations

import re
from pathlib import Path

import orjson

from muniment.backup.durable import write_file

_HEADER = re.compile(r"^\s*\[\s*(?P<name>[^\[\]]+?)\s*\]\s*(#.*)?$")
_URL = re.compile(r"^(?P<before>\s*url\s*=\s*)")


def set_database_url(file: Path, url: str) -> None:
    """Write `url` as `database.url` into the configuration file."""
    mode = file.stat().st_mode
    write_file(file, [with_database_url(file.read_text(encoding="utf-8"), url).encode()])
    file.chmod(mode)


def with_database_url(text: str, url: str) -> str:
    """The configuration with `url` in its section ``[database]``, which is added where there is none."""
    value = orjson.dumps(url).decode()  # JSON's strings are valid in TOML
    lines = text.splitlines()
    section, header = "", None
    for number, line in enumerate(lines):
        if found := _HEADER.match(line):
            section = found["name"]
            header = number if section == "database" else header
        elif section == "database" and (assignment := _URL.match(line)):
            lines[number] = assignment["before"] + value
            return "\n".join(lines) + "\n"
    if header is None:
        return "\n".join([*lines, "", "[database]", f"url = {value}"]) + "\n"
    lines.insert(header + 1, f"url = {value}")
    return "\n".join(lines) + "\n"
