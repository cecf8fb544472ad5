"""Writes the generated references: `python -m muniment.testing.references [ROOT]`."""

from __future__ import annotations

import sys
from pathlib import Path

from muniment.testing.references import write

if __name__ == "__main__":
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    if not (root / "core" / "hook-api.json").is_file():
        sys.exit(f"{root} is not the source tree of Muniment.\n{__doc__}")
    for name in write(root):
        sys.stdout.write(f"{name}\n")
