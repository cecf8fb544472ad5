"""Builds the application of an instance again and again with 25 plugins of one file; prints what it took as JSON.

A process of its own, so that its memory is that of nothing else: `python -m tests.bench.generations FOLDER COUNT`.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path

from muniment.access.actor import SYSTEM
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.web.generations import RepositoryGenerations
from tests.bench.timing import middle, percentile, resident_bytes

PLUGINS = 25
#: What a plugin of ordinary size adds: pages, a part of a page, an event handler.
_PLUGIN = """
from flask import Blueprint
from muniment.api import BlueprintSpec, EventHandler, Fragment, access, implements, session


@access("public")
@session("none")
def view():
    return "here"


def _views(blueprint):
    for index in range(12):
        blueprint.add_url_rule(f"/bench-{number}/{{index}}", f"view_{{index}}", view)
    return blueprint


class Plugin:
    @implements
    def register_blueprints(self):
        return [BlueprintSpec(_views(Blueprint("bench_{number}", __name__)), mount="root")]

    @implements
    def render_slot(self, slot):
        return [Fragment("bench {number}")] if slot == "front.main" else []

    @implements
    def register_event_handlers(self):
        return [EventHandler("bench-{number}.follow", ("record.published",), lambda event: None)]
"""


def add_plugins(instance: Instance) -> list[str]:
    """Put the plugins into the instance's folder; returns their names."""
    instance.plugins.mkdir(exist_ok=True)
    for number in range(PLUGINS):
        (instance.plugins / f"bench_{number:02}.py").write_text(_PLUGIN.format(number=f"{number:02}"))
    return [f"bench-{number:02}" for number in range(PLUGINS)]


def main(folder: Path, count: int) -> dict[str, float]:
    """Rebuild `count` times; milliseconds, and bytes of memory from the first third on."""
    instance = Instance.load(folder)
    names = add_plugins(instance)
    repository = Repository(instance)
    try:
        for name in names:
            repository.plugins.enable(name, SYSTEM)
        generations = RepositoryGenerations(repository.successor())
        generations.build()
        gc.collect()
        gc.freeze()  # as a web process does
        times, cpu = [], []
        settled = 0
        for index in range(count):
            started, own = time.perf_counter(), time.thread_time()
            _, app = generations.build()
            times.append(1000 * (time.perf_counter() - started))
            cpu.append(1000 * (time.thread_time() - own))
            if index == count // 3:
                settled = resident_bytes()
        assert app is not None
        missing = set(names) - set(generations.repository.generation.names)
        if missing:
            raise AssertionError(f"not in the generation: {sorted(missing)}")
        times.sort()
        return {
            "p50": middle(times),
            "p95": percentile(times, 0.95),
            "cpu": middle(cpu),
            "resident": settled,
            "growth": (resident_bytes() - settled) * 1.5,
        }
    finally:
        repository.close()


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
