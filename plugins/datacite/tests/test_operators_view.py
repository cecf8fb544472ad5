"""What operators see of the plugin: its command, and its word on personal data."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.plugins("datacite")


def status(instance, *options: str) -> str:
    command = [sys.executable, "-m", "muniment", "--instance", str(instance.path), "datacite", "status", *options]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.hook("register_commands")
def test_the_command_tells_what_is_outstanding(instance, repository, make_record, run_jobs) -> None:
    offered = repository.hooks.contributions("register_commands")
    assert [item.value.name for item in offered if item.plugin == "datacite"] == [
        "status",
        "retry",
        "verify",
        "sync",
        "rehearse",
    ]
    doi = make_record().data["pids"]["doi"]["identifier"]
    waiting = status(instance)
    assert f"{doi}  waiting" in waiting.replace("    ", "  ")
    assert "2 outstanding." in waiting
    run_jobs()
    assert status(instance) == "Test mode: these DOIs are tests.\n0 outstanding.\n"
    assert " ".join(status(instance, "--all").split()).count(f"{doi} findable findable 0 201") == 1


@pytest.mark.hook("privacy_none")
def test_it_says_why_it_holds_nothing_about_people(repository) -> None:
    assert any("metadata of public records" in reason for reason in repository.hooks.privacy_none())
