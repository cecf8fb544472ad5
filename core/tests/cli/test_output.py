"""How commands answer: tables, JSON, and bars where somebody watches."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime

import orjson
import pytest

from muniment.cli.output import bar, show_json, show_table, with_bar


class Terminal(io.StringIO):
    """Standard error as a person sees it."""

    def isatty(self) -> bool:
        return True


def test_a_bar_is_drawn_where_somebody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert list(with_bar("abc", "Counting", 3)) == ["a", "b", "c"]
    assert "Counting" in terminal.getvalue()
    assert "3/3" in terminal.getvalue()


def test_nothing_is_drawn_into_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(with_bar("abc", "Counting", 3)) == ["a", "b", "c"]
    with bar("Counting", 3) as reached:
        reached(2)
    assert capsys.readouterr() == ("", "")


def test_a_bar_is_told_how_many_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with bar("Counting", 10) as reached:
        reached(4)
        reached(10)
    assert "10/10" in terminal.getvalue()


def test_columns_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(["name", "n"], [["a long one", 1], ["b", None]])
    assert capsys.readouterr().out == "name        n\na long one  1\nb\n"


def test_an_empty_table_has_headings(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(["name", "n"], [])
    assert capsys.readouterr().out == "name  n\n"


def test_json_holds_times(capsys: pytest.CaptureFixture[str]) -> None:
    show_json({"at": datetime(2026, 1, 2, tzinfo=UTC), "path": sys})
    assert orjson.loads(capsys.readouterr().out)["at"] == "2026-01-02T00:00:00+00:00"
