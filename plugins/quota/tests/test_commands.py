"""`muniment quota`, in a process of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from muniment.testing.commanding import RunCommand

pytestmark = pytest.mark.plugins("quota")


@pytest.mark.hook("register_commands")
def test_operators_set_and_read_quotas(run_command: RunCommand, repository: Any, ada: Any, make_draft: Any) -> None:
    repository.hooks.contributions("register_commands")
    draft = make_draft("Survey", files={"a": b"12345"})
    assert run_command("quota", "show", ada.email).stdout == "5 bytes used, no limit.\n"
    run_command("quota", "set-person", ada.email, "3GB", "--note", "Survey")
    run_command("quota", "set-record", draft.id, "2GB", "--file", "1GB")
    shown = json.loads(run_command("quota", "list", "--json").stdout)
    assert shown["people"] == [{"user": ada.subject, "quota_size": 3 * 10**9, "notes": "Survey"}]
    assert shown["records"][0]["max_file_size"] == 10**9
    assert "of 3 GB" in run_command("quota", "show", str(ada.subject)).stdout
    wrong = run_command("quota", "set-person", ada.email, "much")
    assert (wrong.returncode, "Write a size" in wrong.stderr) == (1, True)


def test_mistakes_are_told(run_command: RunCommand, ada: Any) -> None:
    for arguments, told in (
        (("show", "nobody@example.org"), "There is no such account."),
        (("set-person", ada.email, "1e9"), "Write a size like 50 GB, or 0."),
        (("set-record", "999999", "1GB"), "does not exist"),
    ):
        result = run_command("quota", *arguments)
        assert result.returncode != 0
        assert told in result.stderr, result.stderr
