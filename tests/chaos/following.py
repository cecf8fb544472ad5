"""Readers that ask without pause while plugins are switched, and the moment when every process has followed."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Collection, Mapping

import requests

from muniment.plugins.processes import living_processes
from muniment.plugins.state import read_generation
from muniment.repository import Repository

#: The rule says two seconds; a test that shares its machine with others gives them more.
PATIENCE = 15.0


class Reader(threading.Thread):
    """Asks for pages without pause, each on a connection of its own, and counts the answers by status."""

    def __init__(self, url: str, paths: Mapping[str, Collection[int]]) -> None:
        """`paths` names the statuses that are right for each."""
        super().__init__(daemon=True)
        self.url = url
        self.paths = paths
        self.halt = threading.Event()
        self.answers = 0
        self.failures: list[str] = []

    def run(self) -> None:
        for path, right in itertools.cycle(self.paths.items()):
            if self.halt.is_set():
                return
            try:
                answer = requests.get(self.url + path, timeout=30)
            except requests.RequestException as error:
                self.failures.append(f"{path}: {error}")
                continue
            self.answers += 1
            if answer.status_code not in right:
                self.failures.append(f"{path}: {answer.status_code} {answer.text[:300]}")


def seconds_until_all_follow(repository: Repository, workers: int) -> float:
    """How long it takes until each of `workers` web processes and the worker serves the newest generation."""
    began = time.monotonic()
    newest = read_generation(repository.database)
    while time.monotonic() - began < PATIENCE:
        rows = living_processes(repository.database)
        if len(rows) == workers + 1 and all(row.generation >= newest for row in rows):
            return time.monotonic() - began
        time.sleep(0.02)
    told = [(row.kind, row.pid, row.generation) for row in living_processes(repository.database)]
    raise AssertionError(f"generation {newest} is not everywhere after {PATIENCE} s: {told}")
