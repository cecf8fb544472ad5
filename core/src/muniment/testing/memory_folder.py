"""Where tests keep their files: in memory, since what they wait for otherwise is the disk.

Half of the time of the suite went into syncing, copying and removing small databases and indexes. On a file system in
memory that costs nothing, and a killed process still leaves what it wrote.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - only as the root of pytest's own private folders
NEEDED = 4 << 30


def memory_folder(folder: Path = SHARED_MEMORY, needed: int = NEEDED) -> Path | None:
    """The file system in memory, when it can be written to and has room to spare; else None.

    `needed` is in bytes: of free space, and of memory that the machine has available.
    """
    try:
        space = os.statvfs(folder)
        available = _available_memory()
    except OSError:
        return None
    roomy = space.f_bavail * space.f_frsize >= needed and available >= needed
    return folder if roomy and os.access(folder, os.W_OK | os.X_OK) else None


def keep_files_in_memory(config: Any) -> None:
    """Let pytest make its folders there, unless told otherwise; parallel processes make theirs below the first's."""
    folder = memory_folder()
    if folder is not None and not config.getoption("basetemp"):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))


def _available_memory() -> int:
    """Bytes; Linux tells, elsewhere nothing is taken for available."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0
