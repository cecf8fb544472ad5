"""A backend on the OpenSearch server that `scripts/services` starts, in indexes of its own that go with the test."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from muniment_elasticsearch.settings import Settings

URL = "MUNIMENT_TEST_OPENSEARCH"


@pytest.fixture(scope="session")
def server() -> str:
    """The address of the server; without one the tests that need it are skipped."""
    address = os.environ.get(URL, "")
    if not address:
        pytest.skip(f"no OpenSearch: start one with scripts/services and set {URL} to its address")
    return address


def settings_of(**changes: Any) -> SimpleNamespace:
    return SimpleNamespace(**{**Settings().load({}), "timeout": 20, **changes})


@pytest.fixture(scope="session")
def cluster_settings(server: str) -> Iterator[SimpleNamespace]:
    """Settings with a prefix of the session's own; its indexes are removed afterwards."""
    from muniment_elasticsearch.cluster import Cluster

    settings = settings_of(hosts=[server], prefix=f"test-{uuid.uuid4().hex[:10]}")
    yield settings
    cluster = Cluster(settings)
    cluster.request("DELETE", f"/{settings.prefix}-*", seconds=60)
    cluster.close()


@pytest.fixture
def make_backend(cluster_settings: SimpleNamespace, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Makes backends on the cluster, empty and usable unless `filled` is false."""
    from muniment.api import search_port
    from muniment_elasticsearch.backend import ClusterBackend

    opened = []

    def make(fields: Any = None, *, filled: bool = True, **changes: Any) -> ClusterBackend:
        settings = SimpleNamespace(**{**vars(cluster_settings), **changes})
        backend = ClusterBackend(tmp_path / "search", fields or (lambda: search_port.CORE_FIELDS), settings)
        opened.append(backend)
        if filled:
            fill(backend)
        return backend

    yield make
    for backend in opened:
        backend.close()


def fill(backend: Any) -> None:
    """Give a backend a new, empty index that serves."""
    backend.begin_rebuild(0).offer()
    leadership = backend.lead()
    assert leadership is not None
    leadership.adopt(leadership.candidate())
    leadership.release()
