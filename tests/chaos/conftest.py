"""Databases of served instances."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def fresh_database(database_kind: str, tmp_path: Path) -> Any:
    """An empty database: a file, or a PostgreSQL database of its own."""
    if database_kind == "sqlite":
        yield "sqlite:///var/muniment.db"
        return
    from muniment.testing.databases import PostgreSQLTemplate

    template = PostgreSQLTemplate(os.environ["MUNIMENT_TEST_POSTGRESQL"], lambda _url: None)
    url = template.copy(tmp_path)
    yield url
    template.drop(url)
    template.close()
