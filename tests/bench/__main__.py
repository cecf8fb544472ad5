"""`scripts/bench`: measures everything in one run and prints ratios to what the machine can do."""

from __future__ import annotations

import logging
import os
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import requests
import structlog

from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.testing.documents import document
from muniment.testing.search_measuring import Library
from tests.bench import limits, load, operations, report, site
from tests.bench.report import Figure
from tests.deployment import Deployment

GROUPS = ("load", "search", "deposit", "read", "write", "files", "boot")


@click.group(invoke_without_command=True)
@click.option("--records", default=100_000, show_default=True, help="How many synthetic records.")
@click.option("--file-size", default=2048, show_default=True, help="The size of the large file in MiB.")
@click.option("--seconds", default=4.0, show_default=True, help="How long each load over HTTP lasts.")
@click.option("--only", multiple=True, type=click.Choice(GROUPS), help="Only these groups; can be repeated.")
@click.option("--json", "output", type=click.Path(path_type=Path), help="Write the figures to this file too.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to work; the disk there is measured.")
@click.pass_context
def main(
    ctx: click.Context,
    records: int,
    file_size: int,
    seconds: float,
    only: tuple[str, ...],
    output: Path | None,
    folder: Path | None,
) -> None:
    """Measure operations against the limits of this machine, in the same run."""
    if ctx.invoked_subcommand is not None:
        return
    load.seconds_of_load = seconds
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(dir=folder) as name:
        figures = list(measure(Path(name), records, file_size * limits.MEBIBYTE, only or GROUPS))
    report.show(figures)
    if output is not None:
        report.write(figures, machine(records), output)
        click.echo(f"Wrote {output}.")


@main.command("compare")
@click.argument("before", type=click.Path(exists=True, path_type=Path))
@click.argument("after", type=click.Path(exists=True, path_type=Path))
def compare_command(before: Path, after: Path) -> None:
    """Compare two files that --json wrote."""
    report.compare(before, after)


def machine(records: int) -> dict[str, object]:
    return {
        "records": records,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def measure(folder: Path, records: int, file_size: int, groups: tuple[str, ...]) -> Iterator[Figure]:
    """All figures, as they are measured."""
    deployment = Deployment(folder / "instance", "sqlite:///var/muniment.db")
    repository = Repository(Instance.load(deployment.folder))
    library = Library()
    user = repository.users.find("ada@example.org")
    assert user is not None
    owner = repository.users.actor_for_user(user)
    try:
        yield from _load(repository, records, owner.subject or 0, library, "load" in groups)
        if "search" in groups:
            click.echo("Searching …", err=True)
            yield from operations.searches(repository, library)
        if "deposit" in groups:
            click.echo("Depositing …", err=True)
            repository.search.start()
            yield from operations.deposits(repository, owner, limits.syncs_per_second(folder))
            repository.search.stop()
        yield from _served(deployment, repository, folder, file_size, groups)
    finally:
        if deployment.running:
            deployment.stop()
        repository.close()


def _load(repository: Repository, records: int, owner: int, library: Library, wanted: bool) -> Iterator[Figure]:
    click.echo(f"Loading {records} records …", err=True)
    seconds, size = site.fill(repository, records, owner, library)
    click.echo("Indexing …", err=True)
    built = operations.timed(repository.search.reindex, 1)[0] / 1000
    index = sum(file.stat().st_size for file in (repository.instance.var / "index").rglob("*") if file.is_file())
    if wanted:
        yield Figure(
            "size of the index", index / limits.MEBIBYTE, "MiB", size / limits.MEBIBYTE, "JSON of the records",
            index / size, "<= 0.5", "less is better",
        )  # fmt: skip
        yield Figure("bulk load", records / seconds, "records/s", note="rendered and stored")
        yield Figure("reindex", records / built, "records/s", target=">= 4000 per core")


def _served(
    deployment: Deployment, repository: Repository, folder: Path, file_size: int, groups: tuple[str, ...]
) -> Iterator[Figure]:
    if not {"read", "write", "files", "boot"} & set(groups):
        return
    click.echo("Serving …", err=True)
    deployment.start()
    file = operations.make_file(folder / "large.bin", file_size)
    operations.page_cache(file)
    with site.bare_server(file) as bare:
        number = _small_record(deployment)
        if "read" in groups:
            yield Figure("memory, idle", deployment.memory() / limits.MEBIBYTE, "MiB", target="<= 250 MiB", note="PSS")
            yield from operations.record_reads(deployment, bare, number)
        if "write" in groups:
            yield from operations.writers(deployment)
        if "files" in groups:
            hashing = limits.hash_and_write(folder, min(file_size, 1 << 30))
            yield from operations.transfers(deployment, bare, file, file_size, hashing)
            yield from operations.slow_transfers(deployment, number, "data.bin")
    if "boot" in groups:
        yield from operations.boot_and_switch(deployment, repository)


def _small_record(deployment: Deployment) -> str:
    """A published record with a file of some megabytes."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {deployment.token}"
    api = f"{deployment.url}/api/records"
    number = session.post(api, json=document("Small", files_enabled=True), timeout=30).json()["id"]
    session.post(f"{api}/{number}/draft/files", json=[{"key": "data.bin"}], timeout=30).raise_for_status()
    content = os.urandom(8 * limits.MEBIBYTE)
    session.put(f"{api}/{number}/draft/files/data.bin/content", data=content, timeout=60).raise_for_status()
    session.post(f"{api}/{number}/draft/files/data.bin/commit", timeout=60).raise_for_status()
    session.post(f"{api}/{number}/draft/actions/publish", timeout=60).raise_for_status()
    return str(number)


if __name__ == "__main__":
    main()
