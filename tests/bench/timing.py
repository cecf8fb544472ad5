"""Times calls: by the clock, and by the processor time of the thread, to which other work adds little."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TICKS = os.sysconf("SC_CLK_TCK")


def timed(function: Callable[[], Any], repeat: int) -> list[float]:
    """Milliseconds of `repeat` runs, sorted."""
    found = []
    for _ in range(repeat):
        started = time.perf_counter()
        function()
        found.append(1000 * (time.perf_counter() - started))
    return sorted(found)


@dataclass(frozen=True)
class Times:
    """Milliseconds of some runs by the clock, and the processor time of a run at the median."""

    p50: float
    p95: float
    cpu: float


def times_of(function: Callable[[], Any], repeat: int) -> Times:
    """Run it `repeat` times."""
    wall, cpu = [], []
    for _ in range(repeat):
        started, own = time.perf_counter(), time.thread_time()
        function()
        cpu.append(1000 * (time.thread_time() - own))
        wall.append(1000 * (time.perf_counter() - started))
    wall.sort()
    return Times(middle(wall), percentile(wall, 0.95), middle(cpu))


def cpu_microseconds(function: Callable[[], Any], repeat: int) -> float:
    """Processor time of one call: the median of `repeat`, after one that does not count."""
    function()
    found = []
    for _ in range(repeat):
        started = time.thread_time_ns()
        function()
        found.append((time.thread_time_ns() - started) / 1000)
    return statistics.median(found)


def cpu_per_item(function: Callable[[Any], Any], items: Sequence[Any], rounds: int = 3) -> float:
    """Processor time in microseconds for one of `items`: the best of some rounds over all of them."""
    found = []
    for _ in range(rounds):
        started = time.thread_time_ns()
        for item in items:
            function(item)
        found.append((time.thread_time_ns() - started) / 1000 / len(items))
    return min(found)


def middle(values: Iterable[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the sorted `values` do not exceed."""
    return values[min(len(values) - 1, int(len(values) * share))]


def family(pid: int) -> list[int]:
    """A process and all that descend from it, as far as they live."""
    found = [pid]
    for parent in found:
        try:
            for task in Path(f"/proc/{parent}/task").iterdir():
                found.extend(int(child) for child in (task / "children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and those that descend from it, also of those that have ended."""
    total = 0
    for member in family(pid):
        try:
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(value) for value in fields[11:15])  # utime, stime, and those of children waited for
    return total / _TICKS


def resident_bytes(pid: int | str = "self") -> int:
    """Memory of one process that is in RAM (RSS)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
