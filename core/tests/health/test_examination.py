"""The checks as pages and commands use them."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.health.examination import examine, glance
from muniment.health.finding import Finding
from muniment.health.place import OpenPlace


def test_what_is_wrong_comes_first(repository: Any) -> None:
    states = [finding.state for finding in glance(repository)]
    assert states == sorted(states, key=("error", "warning", "ok").index)
    assert {"warning", "ok"} <= set(states)


def test_a_glance_reads_neither_the_whole_database_nor_files(
    repository: Any, sql_statements: list[str], make_record: Any
) -> None:
    make_record(files={"a.txt": b"bytes"})
    sql_statements.clear()
    seen = {finding.check for finding in glance(repository)}
    assert not [
        statement for statement in sql_statements if "quick_check" in statement or "stored_objects" in statement
    ]
    assert {"files"} == {finding.check for finding in examine(OpenPlace(repository))} - seen


def test_a_check_that_cannot_be_made_is_a_finding(repository: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_path: object) -> None:
        raise PermissionError(13, "Permission denied", "/var")

    monkeypatch.setattr("shutil.disk_usage", broken)
    (finding,) = [finding for finding in glance(repository) if finding.check == "disk"]
    assert finding.state == "error"
    assert "Permission denied" in finding.message


def test_a_text_without_values_is_no_pattern() -> None:
    assert Finding("disk", "ok", "100% full").message == "100% full"
    assert Finding("disk", "ok", "%(free)s GB", {"free": 3}).to_dict() == {
        "check": "disk",
        "state": "ok",
        "message": "3 GB",
    }
