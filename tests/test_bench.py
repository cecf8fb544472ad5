"""The benchmark runs through, prints its table and compares two runs; its figures are nobody's business here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

ROOT = Path(__file__).parents[1]


def bench(*arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, "-m", "tests.bench", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.mark.slow
def test_a_small_run_gives_every_figure(tmp_path: Path) -> None:
    output = tmp_path / "figures.json"
    table = bench("--records", "200", "--file-size", "4", "--seconds", "0.5", "--json", str(output))
    figures = orjson.loads(output.read_bytes())["figures"]
    operations = {figure["operation"] for figure in figures}
    assert {"bulk load", "reindex", "suggest", "publish until found", "upload", "download"} <= operations
    assert {
        "eight writers, longest wait",
        "boot to first answer",
        "switch of a plugin, everywhere",
        "record as JSON",
    } <= operations
    assert all(figure["value"] > 0 for figure in figures)
    assert "record as JSON" in table
    assert "%" in bench("compare", str(output), str(output))
