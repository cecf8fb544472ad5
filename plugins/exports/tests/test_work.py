"""A record as formats see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.api import RecordItem, Repository
from muniment_exports.work import Works, date_parts, plain

pytestmark = pytest.mark.plugins("exports")


def test_dates_are_split_into_what_is_known() -> None:
    assert date_parts("1987-05-14") == [("1987", "05", "14")]
    assert date_parts("1986/1987-02") == [("1986",), ("1987", "02")]
    assert date_parts("../1987") == [("1987",)]
    assert date_parts("-0044-03") == [("-0044", "03")]
    assert date_parts("unknown") == []


def test_texts_lose_markup_and_what_no_format_can_carry() -> None:
    assert plain("<p>Sea\x00 <em>ice</em> &amp; snow\ufffe</p>") == "Sea ice & snow"
    assert plain(None) == plain(5) == ""


def test_licences_are_those_of_spdx_however_they_are_written(
    repository: Repository, make_record: Callable[..., RecordItem]
) -> None:
    data = dict(make_record().data)
    data["metadata"] = {"rights": [{"id": "MIT"}, {"id": "own-terms"}, {"link": "https://example.org/terms"}]}
    mit, own = Works(repository)(data).licences
    assert (mit.spdx, mit.address) == ("MIT", "https://spdx.org/licenses/MIT")
    assert (own.spdx, own.title, own.address) == ("", "https://example.org/terms", "https://example.org/terms")


def test_what_a_format_has_no_place_for_is_told(repository: Repository, make_record: Callable[..., RecordItem]) -> None:
    data = make_record(metadata={"copyright": "(c) Ada", "sizes": ["1 page"]}).data
    assert {"metadata.copyright", "metadata.sizes"} <= set(repository.exports.left_out(data, "bibtex"))
    assert "metadata.subjects" not in repository.exports.left_out(data, "bibtex")
    assert not {"metadata.copyright", "metadata.sizes"} & set(repository.exports.left_out(data, "json-ld"))
