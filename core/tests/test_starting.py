"""A start: what it imports, and what the garbage collector does meanwhile."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from muniment.repository import Repository
from muniment.starting import starting
from muniment.testing.conformance.start import started


def test_a_start_brings_no_heavy_library(repository: Repository) -> None:
    plugins, heavy = started(repository.instance.path)
    assert plugins == repository.generation.names
    assert heavy == []


@pytest.fixture
def _thawed() -> Iterator[None]:
    """What a test freezes would stay out of the collector's sight for all tests after it."""
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("_thawed")
def test_the_collector_rests_during_a_start_and_leaves_what_it_made_alone() -> None:
    before = gc.get_freeze_count()
    with starting():
        assert not gc.isenabled()
        made = [[] for _ in range(100)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(made)


@pytest.mark.usefixtures("_thawed")
def test_the_collector_goes_on_after_a_start_that_failed() -> None:
    with pytest.raises(ValueError, match="no start"), starting():
        raise ValueError("no start")
    assert gc.isenabled()
