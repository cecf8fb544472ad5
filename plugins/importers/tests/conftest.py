"""What the tests of the readers share: a repository's vocabularies in small, and the documents of `data/`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

DATA = Path(__file__).parent / "data"

TERMS = {
    "licenses": "cc-by-4.0 cc-by-nc-nd-4.0 cc-by-3.0-us cc-by-nc-sa-4.0 cc0-1.0 cc-pdm-1.0 mit apache-2.0",
    "languages": "eng deu fra zho jpn ara ell zxx",
    "resourcetypes": "publication publication-article publication-dissertation publication-other publication-report "
    "publication-section publication-journal publication-book dataset image image-photo software software-other lesson "
    "other video poster instrument publication-taxonomictreatment",
    "contributorsroles": "contactperson datacollector editor hostinginstitution researcher supervisor other",
    "creatorsroles": "contactperson editor other",
    "datetypes": "accepted available collected created issued submitted updated valid withdrawn other",
    "descriptiontypes": "abstract methods series-information table-of-contents technical-info notes other",
    "titletypes": "alternative-title subtitle translated-title other",
    "relationtypes": "cites iscitedby references describes ispartof haspart issupplementto issupplementedby "
    "isversionof isidenticalto isdescribedby ispublishedin isoriginalformof",
    "affiliations": "01ggx4157",
}


class Terms:
    """Knows the terms above."""

    def __init__(self) -> None:
        self.terms = {vocabulary: frozenset(ids.split()) for vocabulary, ids in TERMS.items()}

    def has(self, vocabulary: str, term: str) -> bool:
        return term in self.terms.get(vocabulary, frozenset())


@pytest.fixture
def known() -> Terms:
    return Terms()


@pytest.fixture
def document() -> Callable[[str], dict[str, Any]]:
    def load(name: str) -> dict[str, Any]:
        return orjson.loads((DATA / name).read_bytes())

    return load


@pytest.fixture(params=sorted(str(file.relative_to(DATA)) for file in DATA.rglob("*.json")))
def any_document(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """Each document of `data/` with the name of its folder, which is that of its format."""
    return Path(request.param).parent.name, orjson.loads((DATA / request.param).read_bytes())
