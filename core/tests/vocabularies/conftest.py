"""A small vocabulary whose file the tests write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from muniment.repository import Repository
from muniment.vocabularies.service import VocabularyService
from muniment.vocabularies.vocabulary import Vocabularies, Vocabulary

Write = Callable[..., VocabularyService]


@pytest.fixture
def colours_file(tmp_path: Path) -> Path:
    return tmp_path / "colours.jsonl"


@pytest.fixture
def colours(repository: Repository, colours_file: Path) -> VocabularyService:
    """The service as it is when a plugin registers the vocabulary `colours` with that file."""
    service = VocabularyService(repository)
    service.registered = Vocabularies([Vocabulary("colours", {"en": "Colours"}, colours_file)])
    return service


@pytest.fixture
def write_colours(colours_file: Path) -> Callable[..., None]:
    """Writes the file: `write_colours(red="Red", blue={"title": {"en": "Blue"}, "tags": ["cold"]})`."""

    def write(**terms: str | dict[str, Any]) -> None:
        lines = []
        for identifier, value in terms.items():
            content = {"title": {"en": value}} if isinstance(value, str) else value
            lines.append(orjson.dumps({"id": identifier.replace("_", "-"), **content}))
        colours_file.write_bytes(b"\n".join(lines) + b"\n")

    return write
