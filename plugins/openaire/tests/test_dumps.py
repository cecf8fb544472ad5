"""Dumps are read as streams, in whatever they are packed, and damage costs the damaged entry only."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from muniment.api import InvalidRequest
from muniment_openaire.dumps import read_dump

ENTRIES = [{"id": number, "text": "é" * 50_000} for number in range(5)]
ARRAY = json.dumps(ENTRIES, indent=2, ensure_ascii=False).encode()
LINES = b"\n".join(json.dumps(entry).encode() for entry in ENTRIES)
TABLE = 'id;title\n1;"a; b"\n2;c\n'.encode("utf-8-sig")


def numbers(path: Path) -> list[object]:
    return [entry.value["id"] if entry.value else None for entry in read_dump(path)]


@pytest.mark.parametrize(
    ("name", "content"), [("ror.json", ARRAY), ("p.jsonl", LINES), ("p.jsonl.gz", gzip.compress(LINES))]
)
def test_arrays_and_lines(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert numbers(tmp_path / name) == [0, 1, 2, 3, 4]


def test_of_the_archive_of_ror_the_newest_schema_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "v1.63-ror-data.zip", "w") as packed:
        packed.writestr("v1.63-ror-data.json", b'[{"id": "old"}]')
        packed.writestr("v1.63-ror-data_schema_v2.json", b'[{"id": "new"}]')
        packed.writestr("v1.63-ror-data.csv", b"id\nx\n")
    assert numbers(tmp_path / "v1.63-ror-data.zip") == ["new"]


def test_of_the_archive_of_cordis_the_projects_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "cordis-HORIZONprojects-csv.zip", "w") as packed:
        packed.writestr("organization.csv", b"projectID;name\n1;X\n")
        packed.writestr("project.csv", TABLE)
    entries = [entry.value for entry in read_dump(tmp_path / "cordis-HORIZONprojects-csv.zip")]
    assert entries == [{"id": "1", "title": "a; b"}, {"id": "2", "title": "c"}]


def test_of_the_graph_every_part_is_read(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "project.tar", "w") as archive:
        for part in (1, 2):
            content = gzip.compress(b'{"id": %d}\n' % part)
            member = tarfile.TarInfo(f"project/part-{part}.json.gz")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    assert numbers(tmp_path / "project.tar") == [1, 2]


def test_a_spoilt_line_costs_itself_only(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_bytes(b'{"id": 1}\n{"id": }\nnonsense\n3\n{"id": 2}\n{"id":')
    assert numbers(tmp_path / "p.jsonl") == [1, None, None, None, 2, None]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("dump.xml", b"<x/>", "holds no dump"),
        ("dump.zip", b"no zip", "cannot be read"),
        ("dump.tar", b"no tar", "cannot be read"),
        ("dump.json.gz", b"no gzip", "cannot be read"),
        ("dump.json.gz", gzip.compress(LINES)[:300], "cannot be read"),
        ("dump.json", b'{"id": "' + b"x" * (20 << 20), "no JSON, or larger"),
    ],
)
def test_what_is_no_dump_is_said(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidRequest, match=message):
        list(read_dump(tmp_path / name))
