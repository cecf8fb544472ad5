"""Dumps as they are published, made small: the plugin's own starting lists, and what tests write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from muniment.api import Repository


@pytest.fixture
def lines(tmp_path: Path) -> Callable[..., Path]:
    """Writes values as JSON lines and returns the file."""

    def write(values: Iterable[Mapping[str, Any]], name: str = "projects.jsonl") -> Path:
        path = tmp_path / name
        path.write_bytes(b"\n".join(map(orjson.dumps, values)) + b"\n")
        return path

    return write


@pytest.fixture
def project() -> Callable[..., dict[str, Any]]:
    """A project of OpenAIRE's graph."""

    def make(number: str = "777483", funder: str = "EC", **more: Any) -> dict[str, Any]:
        prefix = {"EC": "corda__h2020", "NSF": "nsf_________"}.get(funder, "other_______")
        funding = {"shortName": funder, "name": funder, "funding_stream": {"id": f"{funder}::H2020::RIA"}}
        return {
            "id": f"40|{prefix}::{number}",
            "code": number,
            "title": f"Project {number}",
            "funding": [funding],
            **more,
        }

    return make


@pytest.fixture
def funded(repository: Repository) -> Repository:
    """A repository with the funders and grants that come with the plugin."""
    repository.vocabularies.load(["funders", "awards"])
    return repository
