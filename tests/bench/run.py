"""One run of the benchmark: its sites, and the operations of each group in order."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import requests

from muniment.access.actor import Actor
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.testing.documents import document
from muniment.testing.search_measuring import Library
from tests.bench import (
    backends,
    communities,
    depositing,
    exporting,
    harvesting,
    killing,
    lighthouse,
    limits,
    reading,
    searching,
    serializing,
    site,
    switching,
    transferring,
)
from tests.bench.limits import MEBIBYTE
from tests.bench.report import Figure, Target, at_least, at_most
from tests.deployment import Deployment

GROUPS: Final = (
    "load",
    "search",
    "harvest",
    "deposit",
    "read",
    "write",
    "files",
    "formats",
    "memory",
    "boot",
    "plugins",
    "kills",
    "communities",
)
#: Measured only when they are asked for: they need a server.
FURTHER: Final = ("backends",)
#: Groups that need the server with the synthetic records.
_SERVED: Final = {"search", "read", "write", "files", "memory", "plugins"}


@dataclass(frozen=True)
class Sizes:
    """How much is measured; `file_size` is in bytes."""

    records: int
    file_size: int
    small_files: int
    switches: int
    rebuilds: int
    inclusions: int
    requests: int
    kills: int


class Run:
    """Measures the `groups` in `folder`, whose disk is the one that is measured."""

    def __init__(self, folder: Path, sizes: Sizes, groups: set[str]) -> None:
        self.folder = folder
        self.sizes = sizes
        self.groups = groups
        self.library = Library()

    def figures(self) -> Iterator[Figure]:
        """All figures, as they are measured."""
        if self.groups & {"formats", "memory", "boot"}:
            yield from self._with_sample()
        if "plugins" in self.groups:
            self._say("Rebuilding …")
            yield from switching.hook_calls()
            site_ = Deployment(self.folder / "plugins", "sqlite:///var/muniment.db")
            yield from switching.rebuilds(site_.folder, self.sizes.rebuilds)
        if "backends" in self.groups:
            deployment = Deployment(self.folder / "backends", "sqlite:///var/muniment.db")
            with _repository(deployment) as repository:
                owner = _owner(repository).subject or 0
                yield from backends.backends(deployment, repository, self.sizes.records, owner, self.library, self._say)
        if "kills" in self.groups:
            self._say("Killing …")
            yield from killing.kills(Deployment(self.folder / "kills", "sqlite:///var/muniment.db"), self.sizes.kills)
        if "communities" in self.groups:
            yield from self._with_communities()
        if self.groups - {"formats", "boot", "kills", "communities", *FURTHER}:
            yield from self._with_records()

    def _say(self, what: str) -> None:
        click.echo(what, err=True)

    def _with_sample(self) -> Iterator[Figure]:
        self._say("Loading the sample …")
        sample = site.sample_site(self.folder / "sample")
        if "memory" in self.groups:
            sample.start()
            yield _memory(sample, "idle with the sample", at_most(250))
            sample.stop()
        if "boot" in self.groups:
            self._say("Booting …")
            with site.bare_server(sample.folder / "instance.toml") as bare:
                yield from switching.boot(sample, bare)
            sample.stop()
        if "formats" in self.groups:
            with _repository(sample) as repository:
                yield from serializing.serializing(repository)
                everything = exporting.enable_all(repository)
                yield from exporting.exporting(everything)
                sample.start()
                yield from exporting.publishing(sample, everything)
            sample.stop()

    def _with_communities(self) -> Iterator[Figure]:
        records, sizes = self.sizes.records, self.sizes
        deployment = Deployment(self.folder / "communities", "sqlite:///var/muniment.db")
        with _repository(deployment) as repository:
            owner = _owner(repository)
            self._say(f"Filling a community with {records} records …")
            site.fill(repository, records, owner.subject or 0, self.library)
            yield from communities.communities(
                deployment, repository, self.library, owner, sizes.inclusions, sizes.requests
            )

    def _with_records(self) -> Iterator[Figure]:
        deployment = Deployment(self.folder / "instance", "sqlite:///var/muniment.db")
        with _repository(deployment) as repository:
            owner = _owner(repository)
            yield from self._load(repository, owner)
            if "search" in self.groups:
                self._say("Searching …")
                repository.search.start()  # as web processes do: then nobody has to ask whether the index is up to date
                yield from searching.searches(repository, self.library)
                repository.search.stop()
            if "harvest" in self.groups:
                self._say("Harvesting …")
                yield from harvesting.harvests(repository)
            if "deposit" in self.groups:
                self._say("Depositing …")
                yield from depositing.deposits(repository, owner, limits.syncs_per_second(self.folder))
            if "files" in self.groups:
                self._say("Storing small files …")
                yield from transferring.small_files(repository, owner, self.folder, self.sizes.small_files)
            try:
                yield from self._served(deployment, repository)
            finally:
                if deployment.running:
                    deployment.stop()

    def _load(self, repository: Repository, owner: Actor) -> Iterator[Figure]:
        records = self.sizes.records
        self._say(f"Loading {records} records …")
        filled = site.fill(repository, records, owner.subject or 0, self.library)
        self._say("Indexing …")
        started, cpu = time.perf_counter(), time.process_time()
        repository.search.reindex()
        spent, cpu = time.perf_counter() - started, time.process_time() - cpu
        files = (repository.instance.var / "index").rglob("*")
        index = sum(file.stat().st_size for file in files if file.is_file())
        if "load" not in self.groups:
            return
        note = f"{records / filled.seconds:.0f} a second by the clock; rendered and stored"
        yield Figure("bulk load", records / filled.cpu_seconds, "records/CPU s", note=note)
        note = f"{records / spent:.0f} a second by the clock; read from the database"
        yield Figure("reindex", records / cpu, "records/CPU s", target=at_least(4000), note=note)
        yield Figure(
            "size of the index", index / MEBIBYTE, "MiB", filled.size / MEBIBYTE, "JSON of the records",
            index / filled.size, Target(0.5, at_most=True, of_ratio=True), "less is better",
        )  # fmt: skip

    def _served(self, deployment: Deployment, repository: Repository) -> Iterator[Figure]:
        if not self.groups & _SERVED:
            return
        self._say("Serving …")
        deployment.start()
        file = _make_file(self.folder / "large.bin", self.sizes.file_size)
        with site.bare_server(file) as bare:
            if "memory" in self.groups:
                yield _memory(deployment, f"idle with {self.sizes.records} records", None)
            number = _small_record(deployment)
            if "search" in self.groups:
                yield from searching.searches_over_http(deployment, repository, self.library)
            if "read" in self.groups:
                yield from reading.record_reads(deployment, bare, number)
                yield from lighthouse.figures(deployment.url, number)
                yield from reading.reads_in_process(repository, number)
            if "write" in self.groups:
                yield from depositing.publishing(deployment)
                yield from depositing.writers(deployment)
            if "files" in self.groups:
                self._say("Transferring …")
                hashing = limits.hash_and_write(self.folder, min(self.sizes.file_size, 1 << 30))
                yield from transferring.transfers(deployment, bare, file, self.sizes.file_size, hashing)
                yield from transferring.slow_transfers(deployment, number, "data.bin")
            if "memory" in self.groups:
                deployment.stop()
                deployment.start("--workers", "2")
                yield _memory(deployment, f"two web processes, {self.sizes.records} records", at_most(400))
            if "plugins" in self.groups:
                self._say("Switching …")
                yield from switching.switches(deployment, repository, number, self.sizes.switches)


@contextlib.contextmanager
def _repository(deployment: Deployment) -> Iterator[Repository]:
    repository = Repository(Instance.load(deployment.folder))
    try:
        yield repository
    finally:
        repository.close()


def _owner(repository: Repository) -> Actor:
    user = repository.users.find("ada@example.org")
    assert user is not None
    return repository.users.actor_for_user(user)


def _memory(deployment: Deployment, state: str, target: Target | None) -> Figure:
    """The memory of all processes of a site that rests, after each web process has answered once."""
    for path in ("/", "/search?q=data", "/api/records"):
        requests.get(f"{deployment.url}{path}", timeout=60).raise_for_status()
    time.sleep(2)
    return Figure(f"memory, {state}", deployment.memory() / MEBIBYTE, "MiB", target=target, note="PSS")


def _small_record(deployment: Deployment) -> str:
    """A published record with a file of some megabytes."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {deployment.token}"
    api = f"{deployment.url}/api/records"
    number = session.post(api, json=document("Small", files_enabled=True), timeout=30).json()["id"]
    session.post(f"{api}/{number}/draft/files", json=[{"key": "data.bin"}], timeout=30).raise_for_status()
    content = os.urandom(8 * MEBIBYTE)
    session.put(f"{api}/{number}/draft/files/data.bin/content", data=content, timeout=60).raise_for_status()
    session.post(f"{api}/{number}/draft/files/data.bin/commit", timeout=60).raise_for_status()
    session.post(f"{api}/{number}/draft/actions/publish", timeout=60).raise_for_status()
    return str(number)


def _make_file(path: Path, size: int) -> Path:
    """A large file that is in the page cache."""
    block = os.urandom(MEBIBYTE)
    with path.open("wb") as file:
        for _ in range(size // MEBIBYTE):
            file.write(block)
    return path
