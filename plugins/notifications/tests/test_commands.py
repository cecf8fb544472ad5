"""The commands, in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

pytestmark = pytest.mark.plugins("notifications")

REPORT = """Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Final-Recipient: rfc822; ada@example.org
Action: failed
Status: 5.1.1

Final-Recipient: rfc822; nobody@example.org
Action: failed
Status: 5.1.1

--b--
"""


@pytest.mark.hook("register_commands")
def test_reports_of_a_mail_server_pause_addresses(instance: Any, repository: Any, ada: Any, plugin: Any) -> None:
    repository.hooks.contributions("register_commands")

    def run(*arguments: str, text: str = "", code: int = 0) -> str:
        command = [sys.executable, "-m", "muniment", "--instance", str(instance.path), "notifications", *arguments]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout

    assert run("bounce", "--report", "-", text=REPORT) == "2 addresses failed, 1 of accounts are paused now.\n"
    assert plugin.bounces.of(ada.subject, ada.email).reason == "delivery report 5.1.1"
    run("bounce", code=2)
    told = json.loads(run("status", "--json"))
    assert (told["paused"], told["bounced"], told["waiting"]) == (1, 1, 0)
