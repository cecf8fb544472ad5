"""The index survives SIGKILL at any moment, another process takes over, and nothing acknowledged is lost."""

from __future__ import annotations

import importlib.util
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from muniment.search.embedded import EmbeddedBackend
from muniment.search.embedded.state import SharedState
from muniment.testing.search_documents import Searched

SCRIPT = Path(__file__).with_name("following_process.py")
ROUNDS = 24


def _script() -> ModuleType:
    specification = importlib.util.spec_from_file_location("following_process", SCRIPT)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["following_process"] = module  # dataclasses look their module up
    specification.loader.exec_module(module)
    return module


class Site:
    """An index, a log, and processes that follow the one into the other."""

    def __init__(self, root: Path, log: Path) -> None:
        self.root = root
        self.log = log
        self.log.touch()
        self.processes: list[subprocess.Popen[str]] = []
        self.source = _script().FileLog(log)
        self.backend = EmbeddedBackend(root)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(self.root), str(self.log), *arguments],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "following\n"
        return process

    def emit(self, count: int = 1) -> int:
        """Add events; returns the last one."""
        with self.log.open("ab") as handle:
            handle.write(b"." * count)
        self.backend.nudge()
        return int(self.source.last_id())

    def wait_for(self, event: int, seconds: float = 20) -> None:
        self.wait_until(lambda: self.backend.state.position >= event, seconds)

    def wait_until(self, condition: Callable[[], bool], seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"still at {self.backend.state}"
            time.sleep(0.002)

    def kill(self, process: subprocess.Popen[str]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
        self.processes.remove(process)

    def check(self) -> None:
        """Every record is found exactly as the log left it."""
        searched = Searched(self.backend)
        expected = {key for key in self.source.index_keys(None, 1000) if self.source.document(key) is not None}
        assert set(searched.search(limit=100).keys) == expected
        for key in expected:
            event = self.source.last_event(int(key.partition(":")[2]))
            assert searched.search(f"event{event}").keys == (key,)

    def close(self) -> None:
        for process in list(self.processes):
            self.kill(process)
        self.backend.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path / "index", tmp_path / "log")
    yield site
    site.close()


@pytest.mark.slow
def test_the_index_survives_kills_at_any_moment(site: Site) -> None:
    chance = random.Random(20260514)
    acknowledged = 0
    for round_ in range(ROUNDS):
        process = site.start(*(["rebuild"] if round_ % 3 == 2 else []))
        deadline = time.monotonic() + chance.uniform(0.0, 0.5)
        while time.monotonic() < deadline:
            event = site.emit(chance.choice((1, 1, 5, 60)))
            if chance.random() < 0.7:
                site.wait_for(event)
                acknowledged = event
                assert Searched(site.backend).search(limit=100).total > 0 or event < 2
        site.kill(process)
        assert site.backend.state.position >= acknowledged
    site.start()
    site.wait_for(site.emit())
    site.check()


def test_another_process_takes_over_when_the_leader_dies(site: Site) -> None:
    processes = [site.start(), site.start()]
    site.wait_for(site.emit(100))
    shared = SharedState(site.root / "state")
    leader = shared.leader
    assert leader in {process.pid for process in processes}
    site.kill(next(process for process in processes if process.pid == leader))
    site.wait_for(site.emit(3))
    site.check()
    assert shared.leader == next(process.pid for process in site.processes)
    shared.close()


def test_a_rebuild_in_another_process_loses_nothing_that_is_written_meanwhile(site: Site) -> None:
    site.start()
    site.wait_for(site.emit(90))
    first = (site.root / "current").read_text()
    rebuilder = site.start("rebuild")
    for _ in range(40):
        event = site.emit()
        site.wait_for(event)
        found = site.source.last_event(event % 40 + 1)
        expected = 0 if found % 7 == 0 else 1
        assert Searched(site.backend).search(f"event{found}").total == expected
    assert rebuilder.stdout is not None
    assert rebuilder.stdout.readline() == "rebuilt\n"
    assert (site.root / "current").read_text() != first
    site.check()
