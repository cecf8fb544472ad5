"""Boot, plugins that are switched under load, rebuilds of the application, and what a hook costs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import requests

from muniment.access.actor import SYSTEM
from muniment.api import implements
from muniment.hooks.caller import Hooks
from muniment.hooks.specifications import SPECIFICATIONS
from muniment.repository import Repository
from tests.bench.limits import MEBIBYTE
from tests.bench.load import Background
from tests.bench.report import Figure, at_most, span
from tests.bench.site import BareServer
from tests.bench.timing import cpu_microseconds, cpu_seconds, family, percentile, resident_bytes
from tests.deployment import Deployment


def boot(deployment: Deployment, bare: BareServer, repeat: int = 3) -> Iterator[Figure]:
    """From nothing to the first answer of a site that was served before; the best of some starts."""
    found = []
    for _ in range(repeat):
        if deployment.running:
            deployment.stop()
        started = time.perf_counter()
        deployment.start()
        found.append((time.perf_counter() - started, cpu_seconds(deployment.pid)))
    seconds, cpu = min(found)
    note = f"{cpu:.1f} s of processor time, worker included; bare {bare.boot_cpu:.1f}"
    yield span("boot to first answer", seconds, "s", bare.boot, "bare server", at_most(1.5), note)


#: What fewer switches keep is not told apart from what is held for a moment.
ENOUGH: Final = 100


def switches(deployment: Deployment, repository: Repository, number: str, count: int) -> Iterator[Figure]:
    """A plugin goes off and on while clients read: how long until it is so, what fails, what it costs in memory."""
    urls = [f"{deployment.url}{path}" for path in (f"/api/records/{number}", f"/records/{number}", "/")]
    times, memory = [], []
    with Background(urls) as load:
        for index in range(count):
            started = time.perf_counter()
            change = repository.plugins.enable if index % 2 else repository.plugins.disable
            change("datacite", SYSTEM)
            _wait_for(deployment, repository.plugins.newest_generation())
            times.append(time.perf_counter() - started)
            memory.append({pid: resident_bytes(pid) for pid in family(deployment.pid)})
    for failure in load.failures[:5]:
        print(failure, file=sys.stderr)
    times.sort()
    yield Figure("switch of a plugin, everywhere, p95", percentile(times, 0.95), "s", target=at_most(2))
    yield Figure(
        f"failed requests over {count} switches", len(load.failures), "requests", target=at_most(0),
        note=f"{load.answered} were answered",
    )  # fmt: skip
    yield memory_kept(memory)


def memory_kept(samples: Sequence[Mapping[int, int]]) -> Figure:
    """What 100 switches keep, from the memory of each process in bytes after each one.

    Without a verdict below `ENOUGH` switches.
    """
    few = len(samples) < ENOUGH
    return Figure(
        "memory over 100 switches", kept_for_each(samples) * 100 / MEBIBYTE, "MiB",
        target=None if few else at_most(5),
        note=f"no verdict: needs at least {ENOUGH} switches" if few else "RSS of the process that grew most",
    )  # fmt: skip


def _wait_for(deployment: Deployment, generation: int) -> None:
    while requests.get(f"{deployment.url}/readyz", timeout=30).json()["generation"] != generation:
        time.sleep(0.01)


def kept_for_each(samples: Sequence[Mapping[int, int]]) -> float:
    """By how many bytes each step made the process grow that grew most; one sample for each step, bytes by process.

    The least of the last fifth is compared with the least of the second: what is held for a moment, such as records
    that a worker is just rendering anew, comes and goes by more than is kept for good, and the first steps fill caches.
    """
    part = max(1, len(samples) // 5)
    before, after = samples[part : 2 * part], samples[-part:]
    processes = set.intersection(*(set(sample) for sample in (*before, *after)))
    between = max(1, len(samples) - 2 * part)
    return max(min(at[pid] for at in after) - min(at[pid] for at in before) for pid in processes) / between


def rebuilds(folder: Path, count: int) -> Iterator[Figure]:
    """The application is built again and again with 25 more plugins, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.generations", str(folder), str(count)]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    note = f"p95 {found['p95']:.0f} ms; {found['cpu']:.0f} ms of processor time"
    yield Figure("rebuild with 25 plugins", found["p50"], "ms", target=at_most(300), note=note)
    yield Figure(
        f"memory over {count} rebuilds", found["growth"] / MEBIBYTE, "MiB", target=at_most(15),
        note=f"RSS, from {found['resident'] / MEBIBYTE:.0f} MiB",
    )  # fmt: skip


class _Silent:
    """A plugin that implements a hook and adds nothing."""

    @implements
    def render_slot(self, slot: str) -> list[Any]:
        return []


def hook_calls() -> Iterator[Figure]:
    """Calling a hook of pages, beside calling the same functions one after another."""
    for count in (0, 5, 20):
        plugins = [(f"plugin-{index}", _Silent()) for index in range(count)]
        hooks = Hooks(SPECIFICATIONS, plugins)
        cost = cpu_microseconds(_repeated(lambda: hooks.render_slot(slot="front.main", context={})), 20) / 1000  # noqa: B023
        plain = cpu_microseconds(_repeated(lambda: [plugin.render_slot("front.main") for _, plugin in plugins]), 20)  # noqa: B023
        yield span(f"hook with {count} implementations", cost, "µs", plain / 1000, "plain calls", note="processor time")


def _repeated(function: Callable[[], Any], times: int = 1000) -> Callable[[], None]:
    def run() -> None:
        for _ in range(times):
            function()

    return run
