"""Network file systems are recognised from the mount table."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniment.errors import ConfigurationError
from muniment.settings.file_system import network_file_system, require_local

LINE = "36 35 98:0 / {point} rw,noatime master:1 - {kind} server:/export rw\n"


def table(tmp_path: Path, *mounts: tuple[str, str]) -> Path:
    file = tmp_path / "mountinfo"
    file.write_text("".join(LINE.format(point=point.replace(" ", "\\040"), kind=kind) for point, kind in mounts))
    return file


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p", "ceph"])
def test_network_file_systems_are_refused(tmp_path: Path, kind: str) -> None:
    mounts = table(tmp_path, ("/", "ext4"), (str(tmp_path), kind))
    assert network_file_system(tmp_path / "not" / "there yet", mounts) == kind
    with pytest.raises(ConfigurationError, match="network file system"):
        require_local(tmp_path / "index", "The search index", mounts)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "overlay", "tmpfs", "fuse.ntfs-3g", "zfs"])
def test_local_file_systems_are_fine(tmp_path: Path, kind: str) -> None:
    mounts = table(tmp_path, ("/", "nfs"), (str(tmp_path), kind))
    assert network_file_system(tmp_path / "index", mounts) is None
    require_local(tmp_path / "index", "The search index", mounts)


def test_the_longest_mount_point_counts_and_a_later_one_hides_it(tmp_path: Path) -> None:
    inner = tmp_path / "with space"
    inner.mkdir()
    assert (
        network_file_system(inner, table(tmp_path, ("/", "ext4"), (str(inner), "nfs"), (str(tmp_path), "ext4")))
        == "nfs"
    )
    assert network_file_system(inner, table(tmp_path, (str(inner), "nfs"), (str(inner), "ext4"))) is None
    assert network_file_system(tmp_path / "with", table(tmp_path, ("/", "ext4"), (str(inner), "nfs"))) is None


def test_without_a_mount_table_nothing_is_refused(tmp_path: Path) -> None:
    assert network_file_system(tmp_path, tmp_path / "missing") is None
