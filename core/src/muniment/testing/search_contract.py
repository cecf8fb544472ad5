"""What every search backend has to do, as tests: a backend's own suite derives a class and gives the backend.

    class TestMine(SearchContract):
        @pytest.fixture
        def backend(self, tmp_path): ...

The backend of each test starts empty and usable. The cases go through the port and the query language only.
"""

from __future__ import annotations

import pytest

from muniment.search.port import SearchBackend
from muniment.testing.search_contract_queries import QueryContract
from muniment.testing.search_contract_results import ResultContract
from muniment.testing.search_documents import Searched


class SearchContract(QueryContract, ResultContract):
    """The cases. `backend` is the fixture that a derived class gives."""

    @pytest.fixture
    def backend(self) -> SearchBackend:
        raise NotImplementedError("derive a class and give it a backend")

    @pytest.fixture
    def searched(self, backend: SearchBackend) -> Searched:
        return Searched(backend)
