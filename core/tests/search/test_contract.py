"""The embedded backend keeps the contract of the port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.search.embedded import EmbeddedBackend
from muniment.testing.search_contract import SearchContract


class TestEmbedded(SearchContract):
    @pytest.fixture
    def backend(self, tmp_path: Path) -> Iterator[EmbeddedBackend]:
        backend = EmbeddedBackend(tmp_path / "index", memory_bytes=15_000_000)
        backend.begin_rebuild(0).offer()
        leadership = backend.lead()
        assert leadership is not None
        candidate = leadership.candidate()
        assert candidate is not None
        leadership.adopt(candidate)
        leadership.release()
        yield backend
        backend.close()
