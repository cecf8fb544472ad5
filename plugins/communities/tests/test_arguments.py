"""What addresses of lists say, and the links of a page of a list."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from muniment.api import ValidationFailed
from muniment_communities.arguments import asked_for, number, page_links
from muniment_communities.browsing import _asked


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "101", "²", "1" * 5000, " 1", "one"])
def test_a_size_that_is_none_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        number(MultiDict({"size": text}), "size", 25, 100)
    assert [problem.field for problem in refused.value.errors] == ["size"]


def test_numbers_that_are_not_sent_have_their_default() -> None:
    assert number(MultiDict(), "size", 25, 100) == 25
    assert number(MultiDict({"size": "007"}), "size", 25, 100) == 7


def test_a_query_is_read_whole() -> None:
    asked = asked_for(MultiDict([("q", "ice\x00"), ("type", "topic"), ("type", "event"), ("page", "3")]), own=True)
    assert (asked.q, list(asked.types), asked.page, asked.size, asked.own) == ("ice", ["topic", "event"], 3, 25, True)


def test_an_unknown_order_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValidationFailed) as refused:
        asked_for(MultiDict({"sort": "price"}))
    (problem,) = refused.value.errors
    assert problem.field == "sort"
    assert "newest" in problem.message


def test_links_lead_to_both_sides_and_hand_on_no_token() -> None:
    sent = MultiDict([("q", "a b"), ("page", "2"), ("access_token", "secret"), ("type", "x"), ("type", "y")])
    links = page_links("/api/communities", sent, total=60, page=2, size=25)
    assert links == {
        "self": "/api/communities?q=a+b&type=x&type=y&page=2",
        "prev": "/api/communities?q=a+b&type=x&type=y&page=1",
        "next": "/api/communities?q=a+b&type=x&type=y&page=3",
    }


@pytest.mark.parametrize(
    ("total", "page", "names"), [(50, 2, {"self", "prev"}), (0, 1, {"self"}), (26, 1, {"self", "next"})]
)
def test_there_are_no_links_beyond_the_ends(total: int, page: int, names: set[str]) -> None:
    assert set(page_links("/x", MultiDict(), total, page, 25)) == names


@pytest.mark.parametrize("text", ["0", "x", "501", "²", "000001" + "9" * 30, "1" * 5000])
def test_a_page_takes_numbers_that_make_no_sense_as_the_first(text: str) -> None:
    assert _asked(MultiDict({"page": text, "sort": "price", "type": ""}), own=False).page == 1


def test_a_page_keeps_to_one_type() -> None:
    asked = _asked(
        MultiDict([("page", "500"), ("type", ""), ("type", "topic"), ("type", "event"), ("q", " a ")]), own=True
    )
    assert (asked.page, list(asked.types), asked.q, asked.own, asked.sort) == (500, ["topic"], "a", True, "")
