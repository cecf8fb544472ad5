"""An empty embedded index, ready to be written to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muniment.search.embedded import EmbeddedBackend

MEMORY = 15_000_000


def make_usable(backend: EmbeddedBackend, position: int = 0) -> None:
    backend.begin_rebuild(position).offer()
    leadership = backend.lead()
    assert leadership is not None
    candidate = leadership.candidate()
    assert candidate is not None
    leadership.adopt(candidate)
    leadership.release()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def open_backend(root: Path) -> Iterator[Callable[[], EmbeddedBackend]]:
    """Opens the index as a process of its own would."""
    opened: list[EmbeddedBackend] = []

    def make() -> EmbeddedBackend:
        opened.append(EmbeddedBackend(root, memory_bytes=MEMORY))
        return opened[-1]

    yield make
    for backend in opened:
        backend.close()


@pytest.fixture
def backend(open_backend: Callable[[], EmbeddedBackend]) -> EmbeddedBackend:
    backend = open_backend()
    make_usable(backend)
    return backend
