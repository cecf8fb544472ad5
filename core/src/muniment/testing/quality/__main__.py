"""Tells the tier of a plugin: `python -m muniment.testing.quality NAME FILE [--json]`; `muniment plugins check` runs it
and reads from FILE what was found."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from muniment.errors import MunimentError
from muniment.testing.quality.running import look_at


def main(arguments: list[str]) -> int:
    """The exit code: 0 when the plugin keeps what it claims, 1 when it does not, 2 when that cannot be told."""
    name, file = [text for text in arguments if text != "--json"]
    try:
        report = look_at(name)
    except MunimentError as error:
        sys.stderr.write(f"{error.message}\n")
        return 2
    shown = json.dumps(report.to_dict(), indent=2) if "--json" in arguments else "\n".join(report.lines())
    sys.stdout.write(f"{shown}\n")
    Path(file).write_text(json.dumps(report.to_dict()), encoding="utf-8")
    return 0 if report.keeps_its_claim else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
