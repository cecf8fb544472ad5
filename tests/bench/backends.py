"""Both search backends in one run, on the same records: building, publishing, searching, and the memory of each."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

from muniment.access.actor import SYSTEM
from muniment.repository import Repository
from muniment.testing.search_measuring import Library
from tests.bench import depositing, searching, site
from tests.bench.limits import MEBIBYTE
from tests.bench.report import Figure
from tests.deployment import Deployment

SERVER = "MUNIMENT_TEST_OPENSEARCH"
_SERVICES = Path(__file__).parents[2] / "scripts" / "services"


def backends(
    deployment: Deployment,
    repository: Repository,
    records: int,
    owner: int,
    library: Library,
    say: Callable[[str], None],
) -> Iterator[Figure]:
    """The figures of the embedded index and of the cluster at `MUNIMENT_TEST_OPENSEARCH`; without one, none."""
    address = os.environ.get(SERVER, "")
    if not address:
        say(f"No cluster to compare with: run 'scripts/services start' and set {SERVER} to its address.")
        return
    repository.plugins.enable("elasticsearch", SYSTEM)
    offering = repository.successor()
    cluster = {"hosts": [address], "prefix": f"bench-{os.getpid()}", "timeout": 60}
    offering.plugin_settings.change("elasticsearch", cluster, SYSTEM)
    offering = offering.successor()
    say(f"Loading {records} records …")
    site.fill(offering, records, owner, library)
    try:
        for name in ("embedded", "elasticsearch"):
            say(f"Searching with {name} …")
            yield from _one(deployment, offering, name, records, library)
            offering = offering.successor()
    finally:
        _forget(address, str(cluster["prefix"]))


def _one(deployment: Deployment, repository: Repository, name: str, records: int, library: Library) -> Iterator[Figure]:
    started = time.perf_counter()
    repository.search.fill(name)  # from nothing; the switch finds it done
    spent = time.perf_counter() - started
    told = f", {name}"
    yield Figure(f"build{told}", records / spent, "records/s", note="by the clock; read from the database")
    repository.search.switch(name, SYSTEM)
    serving = repository.successor()
    serving.search.start()
    for figure in searching.searches(serving, library):
        yield Figure(f"{figure.operation}{told}", figure.value, figure.unit, note=figure.note)
    serving.search.stop()
    deployment.start()
    try:
        for figure in depositing.publishing(deployment):
            yield Figure(f"{figure.operation}{told}", figure.value, figure.unit)
        yield Figure(f"memory of the site{told}", deployment.memory() / MEBIBYTE, "MiB", note="PSS")
    finally:
        deployment.stop()
    if name != "embedded":
        yield Figure(f"memory of the cluster{told}", _server_memory() / MEBIBYTE, "MiB", note="PSS, 0 when not ours")


def _server_memory() -> int:
    """Bytes of the server that `scripts/services` has started; 0 when it runs elsewhere."""
    found = subprocess.run([_SERVICES, "pid"], capture_output=True, text=True, check=False).stdout.strip()
    try:
        lines = Path(f"/proc/{found}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _forget(address: str, prefix: str) -> None:
    requests.delete(f"{address}/{prefix}-*", timeout=60).raise_for_status()
