"""The choice of a representation by the Accept header."""

from __future__ import annotations

import math

import pytest
import structlog
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from muniment.access.actor import Actor
from muniment.errors import ConfigurationError, NotAcceptable
from muniment.web.negotiation import Item, Representation, Representations, _q, best_match

JSON = "application/json"
UI = "application/vnd.inveniordm.v1+json"
XML = "application/xml"


def _render(_item: Item, _reader: Actor) -> bytes:
    return b"{}"


def _representation(name: str, *media_types: str, lists: bool = True, drafts: bool = True) -> Representation:
    return Representation(name, media_types, render=_render, in_lists=lists, drafts=drafts)


PLAIN = _representation("inveniordm")
WITH_UI = _representation("inveniordm-ui", UI)
DUBLIN_CORE = _representation("dublin-core", XML, lists=False, drafts=False)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("*", JSON),
        ("application/*", JSON),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", JSON),
        ("application/json; charset=utf-8", JSON),
        ("APPLICATION/JSON", JSON),
        (UI, UI),
        (f"{JSON};q=0.5, {UI}", UI),
        (f"{JSON}, {UI}", JSON),
        (f"*/*;q=0.1, {UI};q=0.2", UI),
        (f"{JSON};q=0, */*", UI),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", XML),
        ("nonsense", JSON),
        ("/", JSON),
        (";;;,,,", JSON),
        ("text/html", None),
        ("image/png, text/*", None),
        (f"{JSON};q=0", None),
    ],
)
def test_the_accept_header_decides(accept: str | None, expected: str | None) -> None:
    assert best_match(accept, [JSON, UI, XML]) == expected


@given(st.text(max_size=200))
def test_no_accept_header_breaks_the_choice(accept: str) -> None:
    assert best_match(accept, [JSON, UI]) in (JSON, UI, None)


@given(st.text(max_size=12))
def test_every_quality_is_a_number_between_nought_and_one(value: str) -> None:
    quality = _q([f"q={value}"])
    assert 0.0 <= quality <= 1.0
    assert not math.isnan(quality)


def _choose(accept: str, **kind: bool) -> str:
    table = Representations([PLAIN, WITH_UI, DUBLIN_CORE], "inveniordm")
    with Flask("test").test_request_context(headers={"Accept": accept}):
        return table.choose(**kind).representation.name


def test_a_record_has_every_representation() -> None:
    assert _choose(XML) == "dublin-core"
    assert _choose(UI) == "inveniordm-ui"
    assert _choose("*/*") == "inveniordm"


@pytest.mark.parametrize("kind", ["lists", "drafts"])
def test_what_a_representation_does_not_write_is_refused_with_what_could_be_had(kind: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        _choose(XML, **{kind: True})
    assert caught.value.message == f"Invalid 'Accept' header. Expected one of: {JSON}, {UI}"


def test_the_setting_names_what_answers_application_json() -> None:
    zenodo = _representation("zenodo", "application/vnd.zenodo.v1+json")
    table = Representations([PLAIN, WITH_UI, zenodo], "zenodo")
    with Flask("test").test_request_context(headers={"Accept": JSON}):
        chosen = table.choose()
    assert (chosen.representation.name, chosen.media_type) == ("zenodo", JSON)


def test_a_setting_that_no_enabled_plugin_offers_is_told_and_the_plain_json_answers() -> None:
    with structlog.testing.capture_logs() as logs:
        table = Representations([PLAIN, WITH_UI], "zenodo")
    assert table.default is PLAIN
    assert logs[0]["value"] == "zenodo"
    assert logs[0]["possible"] == ["inveniordm", "inveniordm-ui"]


def test_two_owners_of_a_media_type_are_both_named() -> None:
    other = _representation("other", UI)
    with pytest.raises(ConfigurationError, match="claimed by other and by inveniordm-ui"):
        Representations([PLAIN, WITH_UI, other], "inveniordm")


def test_nobody_may_claim_application_json() -> None:
    with pytest.raises(ConfigurationError, match=r"records\.json"):
        Representations([PLAIN, _representation("greedy", JSON)], "inveniordm")
