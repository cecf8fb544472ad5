"""The benchmark runs through, prints its table and compares two runs; its figures are nobody's business here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from tests.bench.report import Figure, at_least, at_most, compare, rate, ratio_of, show, span, write
from tests.bench.switching import ENOUGH, hook_calls, kept_for_each, memory_kept

ROOT = Path(__file__).parents[1]
#: One operation of each function that measures; the target sheet has no others.
OPERATIONS = {
    "bulk load",
    "reindex",
    "size of the index",
    "search, common word, with facets",
    "search, everything, with facets, again",
    "search over HTTP, medium word",
    "suggest over HTTP",
    "entered for harvesters",
    "harvest, ListRecords",
    "create and update drafts",
    "create, update and publish",
    "publish until found, median",
    "eight writers, p99",
    "record as JSON",
    "record page, in process",
    "upload",
    "download",
    "zip of all files",
    "small files, one by one",
    "small files, together",
    "small files, in three steps",
    "API during 50 slow transfers, p99",
    "written as inveniordm",
    "exported as bibtex",
    "exported as bibtex, stored",
    "exported as datacite-xml",
    "exported as oai_openaire, stored",
    "publish until found, median, all formats on",
    "citation",
    "JSON of a draft checked and loaded",
    "memory, idle with the sample",
    "memory, two web processes, 200 records",
    "boot to first answer",
    "switch of a plugin, everywhere, p95",
    "failed requests over 4 switches",
    "memory over 100 switches",
    "rebuild with 25 plugins",
    "memory over 6 rebuilds",
    "hook with 20 implementations",
    "lost over 2 kills",
    "found again after a kill, longest",
    "records of a community",
    "search in a community, medium word",
    "accept of 6 inclusions, each",
    "inbox of 30 requests",
}


def bench(*arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, "-m", "tests.bench", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.mark.slow
def test_a_small_run_gives_every_figure(tmp_path: Path) -> None:
    output = tmp_path / "figures.json"
    sizes = ["--records", "200", "--file-size", "4", "--small-files", "20", "--seconds", "0.3"]
    sizes += ["--switches", "4", "--rebuilds", "6", "--inclusions", "6", "--requests", "30", "--kills", "2"]
    table = bench(*sizes, "--json", str(output))
    document = orjson.loads(output.read_bytes())
    figures = {figure["operation"]: figure for figure in document["figures"]}
    assert set(figures) >= OPERATIONS
    assert figures["failed requests over 4 switches"]["value"] == 0
    assert figures["lost over 2 kills"]["value"] == 0
    assert document["run"]["records"] == 200
    assert all(operation in table for operation in OPERATIONS)
    assert "%" in bench("compare", str(output), str(output))


def test_hooks_of_every_number_of_plugins_are_called() -> None:
    figures = list(hook_calls())
    assert [figure.operation for figure in figures] == [f"hook with {count} implementations" for count in (0, 5, 20)]
    assert all(figure.value > 0 for figure in figures)


def test_what_is_held_for_a_moment_is_not_kept() -> None:
    """A process that keeps ten bytes for each step, and one that holds a thousand for a moment now and then."""
    samples = [{1: 5000 + 10 * step, 2: 8000 + (1000 if step % 3 else 0), 3 + step: 1} for step in range(100)]
    assert kept_for_each(samples) == pytest.approx(10)
    assert kept_for_each(samples[:4]) == pytest.approx(10)


def test_few_switches_give_no_verdict_on_memory() -> None:
    samples = [{1: 5000 + step * 2**20} for step in range(ENOUGH)]
    few, enough = memory_kept(samples[:-1]), memory_kept(samples)
    assert (few.met, few.note) == (None, "no verdict: needs at least 100 switches")
    assert (enough.met, round(enough.value)) == (False, 100)


@pytest.mark.parametrize(
    ("figure", "met"),
    [
        (Figure("boot", 1.2, "s", target=at_most(1.5)), True),
        (Figure("boot", 1.6, "s", target=at_most(1.5)), False),
        (Figure("reindex", 3999, "records/s", target=at_least(4000)), False),
        (rate("download", 70, "MiB/s", 100, "bare server", ratio_of(0.7)), True),
        (rate("download", 69, "MiB/s", 100, "bare server", ratio_of(0.7)), False),
        (span("boot", 2.0, "s", 0.5, "bare server"), None),
    ],
)
def test_a_target_is_met_or_missed(figure: Figure, met: bool | None) -> None:
    assert figure.met is met


def test_ratios_tell_the_share_of_the_limit() -> None:
    assert rate("download", 60, "MiB/s", 120, "bare server").ratio == 0.5
    assert span("boot", 2.0, "s", 0.5, "bare server").ratio == 0.25


def test_a_comparison_shows_what_changed_came_and_went(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    write([rate("download", 50, "MiB/s", 100, "bare"), Figure("gone", 1, "ms")], {}, before)
    write([rate("download", 60, "MiB/s", 80, "bare"), Figure("fresh", 1, "ms")], {}, after)
    compare(before, after)
    rows = capsys.readouterr().out.splitlines()
    assert any("download" in row and "+50 % (ratio)" in row for row in rows)
    assert any("fresh" in row and "new" in row for row in rows)
    assert any("gone" in row and "not measured" in row for row in rows)


def test_the_table_says_what_was_missed(capsys: pytest.CaptureFixture[str]) -> None:
    show([Figure("boot", 1.6, "s", target=at_most(1.5))])
    row = next(line for line in capsys.readouterr().out.splitlines() if "boot" in line)
    assert "≤ 1.5" in row
    assert "missed" in row
