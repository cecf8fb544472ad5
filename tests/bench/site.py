"""An instance full of synthetic records, and its server."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, insert

from muniment.db.detached import values_of
from muniment.files.snapshots import FilesSnapshot
from muniment.pids.numbers import take_numbers
from muniment.records import rendering
from muniment.records.models import Parent, Projection, Record
from muniment.repository import Repository
from muniment.testing.search_measuring import Library
from tests.bench.timing import cpu_seconds
from tests.deployment import Deployment, free_port

ROOT = Path(__file__).parents[2]


@dataclass
class Filled:
    """What a bulk load took, without the time in which the records were made up; `size` are the bytes of their JSON."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    size: int = 0


def fill(repository: Repository, count: int, owner: int, library: Library) -> Filled:
    """Write `count` published records with their renderings, as a bulk load does."""
    found, done = Filled(), 0
    while done < count:
        batch = [_data(library.document(done + index).data) for index in range(min(2000, count - done))]
        started, cpu = time.perf_counter(), time.process_time()
        found.size += _fill_batch(repository, batch, owner)
        found.seconds += time.perf_counter() - started
        found.cpu_seconds += time.process_time() - cpu
        done += len(batch)
    return found


def _fill_batch(repository: Repository, batch: list[dict[str, Any]], owner: int) -> int:
    service = repository.records
    moment, version = repository.now(), service.projection_version
    with repository.database.write() as unit:
        numbers = take_numbers(unit.session, 2 * len(batch))
        rows = [
            _rows(parent_id, number, owner, data, moment)
            for parent_id, number, data in zip(numbers[::2], numbers[1::2], batch, strict=True)
        ]
        looked_up = service.look_up(rows)
        projections = []
        for record, parent in rows:
            source = service.record_source(record, parent, FilesSnapshot(), looked_up)
            body = rendering.encode(rendering.render(source, service.stored_rights(record)))
            projections.append({"record_id": record.id, "version": version, "etag": rendering.tag(body), "body": body})
        for model, values in (
            (Parent, [values_of(parent) for _, parent in rows]),
            (Record, [values_of(record) for record, _ in rows]),
            (Projection, projections),
        ):
            unit.connection.execute(insert(cast(Table, model.__table__)), values)
    return sum(len(row["body"]) for row in projections)


def _rows(parent_id: int, number: int, owner: int, data: dict[str, Any], moment: datetime) -> tuple[Record, Parent]:
    times = {"revision": 1, "created": moment, "updated": moment}
    parent = Parent(
        id=parent_id, owner_subject=owner, latest_id=number, versions=1, access_settings={}, pids={}, parts={}, **times
    )
    record = Record(
        id=number,
        parent_id=parent_id,
        version_index=1,
        access_record="public",
        access_files="public",
        data=data,
        pids={},
        parts={},
        deletion_status="P",
        **times,
    )
    return record, parent


def _data(public: Any) -> dict[str, Any]:
    """A stored document from the public JSON of a synthetic record."""
    metadata = dict(public["metadata"])
    metadata["creators"] = [
        {
            "person_or_org": {
                "type": "personal",
                "name": entry["person_or_org"]["name"],
                "family_name": entry["person_or_org"]["name"].partition(", ")[0],
                "given_name": entry["person_or_org"]["name"].partition(", ")[2],
            },
            "affiliations": entry["affiliations"],
        }
        for entry in metadata["creators"]
    ]
    return {
        "metadata": metadata,
        "custom_fields": {},
        "access": {"record": "public", "files": "public"},
        "files": {"enabled": False},
    }


@dataclass(frozen=True)
class BareServer:
    """A server of a bare application; `boot` are the seconds from its start until it answered, `boot_cpu` what it took
    of them in processor time."""

    url: str
    pid: int
    boot: float
    boot_cpu: float


@contextlib.contextmanager
def bare_server(file: Path) -> Iterator[BareServer]:
    """granian with an application that does nothing, for the limits."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-ws", "--workers", "1",
        "--blocking-threads", "64", "--log-level", "error", "tests.bench.limits:bare_application",
    ]  # fmt: skip
    started = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, "BENCH_FILE": str(file)})
    url = f"http://127.0.0.1:{port}"
    try:
        _until_answers(f"{url}/hello")
        yield BareServer(url, process.pid, time.perf_counter() - started, cpu_seconds(process.pid))
    finally:
        process.terminate()
        process.wait()


def _until_answers(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=10).read()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{url} does not answer")


def sample_site(folder: Path) -> Deployment:
    """An instance with the plugins and the sample records of the reference instance."""
    plugins = tomllib.loads((ROOT / "instance" / "instance.toml").read_text(encoding="utf-8"))["plugins"]
    deployment = Deployment(folder, "sqlite:///var/muniment.db", {"plugins": plugins})
    shutil.copytree(ROOT / "instance" / "sample", folder / "sample")
    deployment.command("sample")
    return deployment
