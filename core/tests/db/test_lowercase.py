"""Small letters in every alphabet, on both databases."""

from __future__ import annotations

from sqlalchemy import literal, select

from muniment.api import Repository, lowercase


def test_capitals_of_every_alphabet_become_small(repository: Repository) -> None:
    with repository.database.read() as session:
        assert session.execute(select(lowercase(literal("ÄNDERUNG Ψ maß")))).scalar_one() == "änderung ψ maß"
        assert session.execute(select(lowercase(literal(None)))).scalar_one() is None
