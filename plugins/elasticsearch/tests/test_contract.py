"""The backend keeps the contract of the port, on a real OpenSearch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.testing.search_contract import SearchContract


class TestOpenSearch(SearchContract):
    @pytest.fixture
    def backend(self, make_backend: Callable[..., Any]) -> Any:
        return make_backend()
