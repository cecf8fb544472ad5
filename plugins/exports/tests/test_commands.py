"""`muniment exports`, in a process of its own, and the table that says what formats lose."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from muniment.api import ANONYMOUS, RecordItem, Repository
from muniment.testing.commanding import RunCommand
from muniment_exports.carried_table import table
from muniment_exports.commands import commands

pytestmark = pytest.mark.plugins("exports")


def test_the_report_shows_how_far_it_is(
    repository: Repository, make_record: Callable[..., RecordItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        make_record()
    steps: list[tuple[str, int, int]] = []

    def drawn(items: Iterable[RecordItem], label: str, length: int) -> Iterator[RecordItem]:
        for done, item in enumerate(items, 1):
            steps.append((label, done, length))
            yield item

    monkeypatch.setattr("muniment_exports.commands.with_bar", drawn)
    (report, _forget) = commands(repository)
    assert CliRunner().invoke(report, ["bibtex", "--quick"]).exit_code == 0
    assert steps == [("Reading records", done, 3) for done in (1, 2, 3)]


@pytest.mark.hook("register_commands")
def test_losses_are_told_and_what_is_kept_can_be_removed(
    run_command: RunCommand, repository: Repository, make_record: Callable[..., RecordItem]
) -> None:
    repository.hooks.contributions("register_commands")
    person = {"person_or_org": {"type": "personal", "family_name": "B", "given_name": "A"}}
    make_record(metadata={"copyright": "(c) Ada", "contributors": [{**person, "role": {"id": "datamanager"}}]})
    number = make_record().id
    quick = json.loads(run_command("exports", "report", "bibtex", "--quick", "--json").stdout)["lost"]["bibtex"]
    told = json.loads(run_command("exports", "report", "--json").stdout)
    assert told["lost"]["bibtex"].items() > quick.items()
    assert told["lost"]["bibtex"]["metadata.contributors (in part)"] == 1
    assert "metadata.contributors (in part)" not in told["lost"]["json-ld"]
    assert told["records"] == 2
    assert told["lost"]["bibtex"]["metadata.copyright"] == 1
    assert "metadata.copyright" not in told["lost"]["json-ld"]
    assert "metadata.rights" in run_command("exports", "report", "geojson").stdout
    refused = run_command("exports", "report", "parchment")
    assert refused.returncode != 0
    assert "bibtex" in refused.stderr
    repository.exports.read(ANONYMOUS, number, "bibtex")
    assert run_command("exports", "forget").stdout.strip() == "1 texts removed."


def test_the_table_of_the_readme_is_that_of_the_formats() -> None:
    assert table() in (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
