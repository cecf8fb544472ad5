"""A served instance as a process tree that a test can kill and start again."""

from __future__ import annotations

import email
import email.policy
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from muniment.testing.configuration import write_configuration


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Deployment:
    """`muniment run` on an instance of its own, with its worker, in a session of their own."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        changes: Mapping[str, Mapping[str, Any]] | None = None,
        python: str = sys.executable,
    ) -> None:
        """`changes` go into the sections of its instance.toml; `python` is that of another environment."""
        self.folder = folder
        self.python = python
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder.parent / f"{folder.name}.log"
        sections: dict[str, dict[str, Any]] = {
            "site": {"name": "Chaos", "url": self.url},
            "database": {"url": database_url},
            "server": {"port": self.port},
            "plugins": {"enabled": ["datacite"]},
        }
        for section, values in (changes or {}).items():
            sections.setdefault(section, {}).update(values)
        write_configuration(folder, sections)
        self.command("init", "--administrator", "admin@example.org")
        self.command(
            "users", "create", "ada@example.org", "--password-stdin", "--confirmed", text="quite long 4711 words\n"
        )
        self.token = self.command("tokens", "create", "ada@example.org", "chaos").strip()

    def command(self, *arguments: str, text: str = "", check: bool = True) -> str:
        """Run a command on the instance and return what it printed."""
        result = subprocess.run(
            [self.python, "-m", "muniment", "--instance", str(self.folder), *arguments],
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and result.returncode:
            raise AssertionError(f"muniment {' '.join(arguments)}: {result.stdout}{result.stderr}")
        return result.stdout

    def mailed_link(self, address: str) -> str:
        """The link in the newest message to `address`; messages are written by the worker."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for file in sorted((self.folder / "var" / "mail").glob("*.eml"), reverse=True):
                message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                if address in str(message["To"]):
                    body = message.get_body(("plain",))
                    assert body is not None
                    found = re.search(r"https?://\S+", body.get_content())
                    assert found is not None
                    return found.group()
            time.sleep(0.2)
        raise AssertionError(f"no message to {address}")

    @property
    def pid(self) -> int:
        """The process that was started; the others descend from it."""
        assert self._process is not None
        return self._process.pid

    def start(self, *arguments: str) -> None:
        """`muniment run` with these arguments; returns when it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.python, "-m", "muniment", "--instance", str(self.folder), "run", *arguments],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise AssertionError(f"the server ended: {self._log.read_text()[-3000:]}")
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(f"the server did not answer: {self._log.read_text()[-3000:]}")

    def kill(self) -> None:
        """SIGKILL to every process of the tree at once, as a power cut would end them."""
        assert self._process is not None
        for pid in self._tree(self._process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM, as a service manager stops it; returns the exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=60)

    def memory(self) -> int:
        """Bytes of memory of all processes, shared pages counted once (PSS)."""
        assert self._process is not None
        total = 0
        for pid in self._descendants(self._process.pid):
            try:
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            except (FileNotFoundError, ProcessLookupError):
                continue
            total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
        return total

    def _descendants(self, root: int) -> list[int]:
        found = [root]
        for pid in found:
            try:
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            found.extend(int(child) for child in children)
        return found

    def errors(self) -> str:
        """What the processes wrote down about errors so far."""
        return "\n".join(line for line in self._log.read_text().splitlines() if '"level": "error"' in line)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _tree(self, root: int) -> list[int]:
        """The process and its descendants, stopped first so that none can start another."""
        found = [root]
        for pid in found:
            try:
                os.kill(pid, signal.SIGSTOP)
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            found.extend(int(child) for child in children)
        return found
