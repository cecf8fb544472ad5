"""Tells whether a folder lies on a network file system, where locks and memory maps cannot be trusted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from muniment.errors import ConfigurationError

MOUNTS: Final = Path("/proc/self/mountinfo")

NETWORK_TYPES: Final = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afs", "ncpfs", "coda", "9p", "davfs", "davfs2"),
        *("ceph", "lustre", "beegfs", "gpfs", "glusterfs", "pvfs2", "orangefs", "ocfs2", "gfs", "gfs2"),
        *("vboxsf", "prl_fs", "vmhgfs", "drvfs"),
    }
)
NETWORK_FUSE: Final = frozenset(
    {
        "sshfs",
        "glusterfs",
        "s3fs",
        "rclone",
        "goofys",
        "davfs",
        "davfs2",
        "ceph",
        "cephfs",
        "mfs",
        "juicefs",
        "smbnetfs",
    }
)


def network_file_system(path: Path, mounts: Path = MOUNTS) -> str | None:
    """The type of the network file system on which `path` (or its nearest existing parent) lies, else None.

    Reads Linux's mount table; elsewhere the answer is None.
    """
    existing = path.resolve()
    while not existing.exists():
        existing = existing.parent
    try:
        table = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    kind = _mounted_type(str(existing), table)
    if kind is None:
        return None
    driver, _, inner = kind.partition(".")
    if kind in NETWORK_TYPES or (driver == "fuse" and inner in NETWORK_FUSE):
        return kind
    return None


def require_local(path: Path, setting: str, mounts: Path = MOUNTS) -> None:
    """Raise `ConfigurationError` when `path` lies on a network file system; `setting` names what put it there."""
    kind = network_file_system(path, mounts)
    if kind is not None:
        raise ConfigurationError(
            f"{setting}: {path} lies on a network file system ({kind}), where the search index would be damaged. "
            "Put it on a local disk, or use a search server."
        )


def _mounted_type(path: str, table: str) -> str | None:
    """The file system type of the mount with the longest matching path; a later mount hides an earlier one."""
    best, kind = -1, None
    for line in table.splitlines():
        left, _, right = line.partition(" - ")
        columns = left.split()
        if len(columns) < 5 or not right:
            continue
        point = os.path.normpath(columns[4].encode("latin-1", "replace").decode("unicode_escape", "replace"))
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= best:
            best, kind = len(point), right.split()[0]
    return kind
