"""Writes the generated references: `python -m muniment.testing.references [ROOT]`."""

from __future__ import annotations

import sys
from pathlib import Path

from muniment.testing.references import write

if __name__ == "__main__":
    for name in write(Path(sys.argv[1] if len(sys.argv) > 1 else ".")):
        sys.stdout.write(f"{name}\n")
