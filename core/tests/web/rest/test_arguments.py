"""Query arguments: windows, messages, flags and facets."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from muniment.errors import InvalidRequest, ValidationFailed
from muniment.web.rest.arguments import choice, echoed, facets, flag, number, paging, text


def at(query: str, function: Callable[[], Any]) -> Any:
    with Flask("test").test_request_context(f"/api/records?{query}"):
        return function()


def problems(query: str, function: Callable[[], Any]) -> list[tuple[str, str]]:
    with pytest.raises(ValidationFailed) as caught:
        at(query, function)
    return [(problem.field, problem.message) for problem in caught.value.errors]


def test_the_first_page_has_25_hits() -> None:
    assert at("", paging) == (1, 25)
    assert at("page=3&size=10", paging) == (3, 10)
    assert at("page=&size=", paging) == (1, 25)


@pytest.mark.parametrize("name", ["page", "size"])
def test_a_page_and_its_size_are_whole_numbers_from_one(name: str) -> None:
    assert problems(f"{name}=0", paging) == [(name, "Must be greater than or equal to 1.")]
    assert problems(f"{name}=-1", paging) == [(name, "Must be greater than or equal to 1.")]
    for value in ("x", "1.5", "1e3", "٣", "²", "9" * 40, "--1", "+", "%00"):
        assert problems(f"{name}={value}", paging) == [(name, "Not a valid integer.")]


@pytest.mark.parametrize(
    ("query", "fits"), [("page=400&size=25", True), ("page=401&size=25", False), ("size=10001", False)]
)
def test_the_window_ends_at_ten_thousand(query: str, fits: bool) -> None:
    if fits:
        at(query, paging)
        return
    with pytest.raises(InvalidRequest) as caught:
        at(query, paging)
    assert caught.value.to_dict() == {"status": 400, "message": "Invalid querystring parameters."}


def test_the_largest_page_of_visitors_is_said_as_on_zenodo() -> None:
    assert problems("size=26", lambda: paging(max_size=25, max_size_authenticated=100)) == [
        (
            "size",
            "Page size cannot be greater than 25. Please use authenticated requests to increase the limit to 100.",
        )
    ]
    assert problems("size=101", lambda: paging(max_size=100)) == [("size", "Page size cannot be greater than 100.")]


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("true", True), ("on", True), ("0", False), ("", False)])
def test_flags(value: str, expected: bool) -> None:
    assert at(f"allversions={value}", lambda: flag("allversions")) is expected


def test_a_flag_that_is_neither_is_refused() -> None:
    assert problems("allversions=maybe", lambda: flag("allversions")) == [("allversions", "Not a valid boolean.")]


def test_facets_are_all_arguments_without_a_meaning_of_their_own() -> None:
    query = "q=x&resource_type=dataset&resource_type=image&page=2&access_token=secret&expand=1"
    assert at(query, facets) == {"resource_type": ["dataset", "image"]}


def test_links_repeat_no_secret() -> None:
    assert at("q=x&page=2&access_token=secret&token=t&sort=newest", echoed) == [("q", "x"), ("sort", "newest")]


def test_a_choice_is_one_of_those_offered() -> None:
    assert at("sort=newest", lambda: choice("sort", ["newest"])) == "newest"
    assert at("", lambda: choice("sort", ["newest"])) is None
    with pytest.raises(InvalidRequest):
        at("sort=drop", lambda: choice("sort", ["newest"]))


def test_texts_lose_nul_characters() -> None:
    assert at("q=a%00b", lambda: text("q")) == "ab"


@given(st.text(max_size=30))
def test_no_value_breaks_a_number(value: str) -> None:
    with (
        Flask("test").test_request_context("/", query_string={"page": value}),
        contextlib.suppress(ValidationFailed),
    ):
        assert number("page", 1) >= 1
