"""What one test's database compiled, the next one uses."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, literal, select
from sqlalchemy.engine.cursor import CursorResult

from muniment.db.engine import Database
from muniment.testing.compiled_statements import shared


def hits(database: Database, marker: int) -> str:
    """How the statement was found: by a hit or a miss of the cache, or not looked for."""
    statement = select(*(literal(1).label(f"c{index}") for index in range(marker)))
    with database.single() as connection:
        result = connection.execute(statement)
        assert isinstance(result, CursorResult)
        return result.context.cache_hit.name


def test_engines_of_two_databases_share_their_statements(database_url: str) -> None:
    first, second = Database(database_url), Database(database_url)
    try:
        assert hits(first, 17) == "CACHE_MISS"
        assert hits(second, 17) == "CACHE_HIT"
    finally:
        first.dispose()
        second.dispose()


@pytest.mark.parametrize("attribute", ["dialect", "_compiled_cache"])
def test_engines_still_have_what_is_shared(attribute: str, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'probe.db'}")
    assert isinstance(database.engine, Engine)
    assert hasattr(database.engine, attribute)
    database.dispose()


def test_an_engine_that_was_never_used_is_no_model_for_others(tmp_path: Path) -> None:
    with shared():
        Database(f"sqlite:///{tmp_path / 'first.db'}").dispose()
        second = Database(f"sqlite:///{tmp_path / 'second.db'}")
        with second.single() as connection:
            connection.execute(select(literal(1)))
        assert second.engine.dialect.server_version_info is not None
        third = Database(f"sqlite:///{tmp_path / 'third.db'}")
        assert third.engine.dialect is second.engine.dialect
        second.dispose()
        third.dispose()
