"""Documents are found in every shape of file, and what cannot be read is told with its place."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from muniment.records import import_documents
from muniment.records.import_documents import Document, estimate, iterate_documents

ONE, TWO = {"id": "1", "metadata": {}}, {"id": "2", "metadata": {}}


def write(file: Path, content: object) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return file


def values(path: Path) -> list[object]:
    return [document.value for document in iterate_documents(path)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (ONE, [ONE]),
        ([ONE, TWO], [ONE, TWO]),
        ({"hits": {"hits": [ONE, TWO], "total": 2}}, [ONE, TWO]),
        ({"data": [ONE, TWO], "meta": {"total": 2}}, [ONE, TWO]),
        ({"data": {"id": "1", "attributes": {}}}, [{"id": "1", "attributes": {}}]),
        ({"titles": [], "data": [1]}, [{"titles": [], "data": [1]}]),
        ([], []),
    ],
)
def test_one_json_value_per_file(content: object, expected: list[object], tmp_path: Path) -> None:
    assert values(write(tmp_path / "a.json", content)) == expected


def test_json_lines_with_empty_lines_and_a_byte_order_mark(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", b'\xef\xbb\xbf{"id": "1"}\n\n{"id": "2"}\r\n')
    assert [(document.place, document.value) for document in iterate_documents(file)] == [
        (f"{file}:1", {"id": "1"}),
        (f"{file}:3", {"id": "2"}),
    ]


def test_json_lines_in_a_file_of_another_name(tmp_path: Path) -> None:
    assert values(write(tmp_path / "dump.json", b'{"id": "1"}\n{"id": "2"}\n')) == [{"id": "1"}, {"id": "2"}]


@pytest.mark.parametrize("name", ["a.json.gz", "a.json"])
def test_gzip_is_recognised_by_its_content(name: str, tmp_path: Path) -> None:
    assert values(write(tmp_path / name, gzip.compress(json.dumps(ONE).encode()))) == [ONE]


def test_folders_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    write(tmp_path / "b" / "2.json", TWO)
    write(tmp_path / "a" / "1.jsonl.gz", gzip.compress(json.dumps(ONE).encode()))
    write(tmp_path / "a" / "README.md", b"not a record")
    assert values(tmp_path) == [ONE, TWO]
    assert estimate(tmp_path) == 2


def test_a_broken_line_does_not_end_the_file(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", b'{"id": "1"}\n{"id": \n"text"\n{"id": "4"}\n')
    found = list(iterate_documents(file))
    assert [document.problem is None for document in found] == [True, False, False, True]
    assert found[1].place == f"{file}:2"
    assert "not valid JSON" in (found[1].problem or "")
    assert found[2].problem == "a JSON object was expected here"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "not valid JSON"),
        (b'{"a": ', "not valid JSON"),
        (b"\xff\xfe{}", "not valid JSON"),
        (b'"text"', "a JSON object was expected"),
        (b"[1]", "a JSON object was expected"),
        (b"\x1f\x8b\x08broken", "gzip data is damaged"),
        (gzip.compress(b'{"id": "1"}', mtime=0)[:-4], "gzip data is damaged"),
    ],
)
def test_unreadable_files_are_told(content: bytes, problem: str, tmp_path: Path) -> None:
    file = write(tmp_path / "a.json", content)
    (document,) = iterate_documents(file)
    assert document.value is None
    assert document.place.startswith(str(file))
    assert problem in (document.problem or "")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    (document,) = iterate_documents(tmp_path / "none.json")
    assert document.problem is not None
    assert "cannot be read" in document.problem


def test_documents_beyond_the_bound_are_not_taken_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_documents, "MAXIMUM_BYTES", 40)
    lines = write(tmp_path / "a.jsonl", b'{"id": "1"}\n{"id": "' + b"x" * 200 + b'"}\n{"id": "3"}\n')
    assert values(lines) == [{"id": "1"}, None, {"id": "3"}]
    (whole,) = iterate_documents(write(tmp_path / "b.json", {"id": "x" * 200}))
    assert isinstance(whole, Document)
    assert "JSON lines" in (whole.problem or "")


def test_lines_are_counted_for_progress(tmp_path: Path) -> None:
    assert estimate(write(tmp_path / "a.jsonl", b'{"id": "1"}\n{"id": "2"}')) == 2
    assert estimate(write(tmp_path / "b.jsonl", b"\x1f\x8b\x08broken")) == 1
