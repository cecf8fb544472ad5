"""Reading records: their JSON and page over HTTP beside a bare answer of the same server, and in the process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import requests
from werkzeug.test import EnvironBuilder, run_wsgi_app

from muniment.repository import Repository
from muniment.web.generations import open_app
from tests.bench.load import hammer
from tests.bench.report import Figure, at_most, rate, ratio_of
from tests.bench.site import BareServer
from tests.bench.timing import cpu_microseconds
from tests.deployment import Deployment


def record_reads(deployment: Deployment, bare: BareServer, number: str) -> Iterator[Figure]:
    """Record JSON, page and 304 over HTTP; the bare answer is measured before and after."""
    api = f"{deployment.url}/api/records/{number}"
    tag = requests.get(api, timeout=10).headers["ETag"]
    hellos = [hammer(f"{bare.url}/hello", bare.pid)]
    loads = {
        "record as JSON": (hammer(api, deployment.pid), 0.35),
        "record page": (hammer(f"{deployment.url}/records/{number}", deployment.pid), 0.1),
        "record, not modified": (hammer(api, deployment.pid, {"If-None-Match": tag}), None),
    }
    hellos.append(hammer(f"{bare.url}/hello", bare.pid))
    hello, bare_cpu = max(load.rate for load in hellos), min(load.cpu for load in hellos)
    for name, (load, part) in loads.items():
        note = f"p99 {load.p99:.1f} ms; {load.cpu:.0f} µs of the server's processor time, bare {bare_cpu:.0f}"
        yield rate(name, load.rate, "req/s", hello, "bare Flask", ratio_of(part) if part else None, note)


def reads_in_process(repository: Repository, number: str) -> Iterator[Figure]:
    """Processor time of whole requests in the process, from the WSGI call to the last byte."""
    app = open_app(repository)
    site = repository.config.site.url
    ask = lambda path, **headers: _request(app.wsgi_app, site, path, headers)  # noqa: E731
    _, _, headers = ask(f"/api/records/{number}")()
    calls = {
        "record as JSON, in process": (ask(f"/api/records/{number}"), 150),
        "record, not modified, in process": (ask(f"/api/records/{number}", If_None_Match=headers["ETag"]), 100),
        "record page, in process": (ask(f"/records/{number}"), 700),
    }
    for name, (call, bound) in calls.items():
        yield Figure(name, cpu_microseconds(call, 100), "µs", target=at_most(bound), note="processor time")


def _request(app: Any, site: str, path: str, headers: dict[str, str]) -> Callable[[], Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    builder = EnvironBuilder(path=path, base_url=site, headers=named)
    environ = builder.get_environ()
    builder.close()
    return lambda: run_wsgi_app(app, dict(environ), buffered=True)
