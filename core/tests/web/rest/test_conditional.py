"""Entity tags, 304 and If-Match."""

from __future__ import annotations

import pytest
from flask import Flask, Response

from muniment.errors import ValidationFailed
from muniment.web.rest.conditional import expected_revision, is_unchanged, tagged, variant_tag


def _in(**headers: str) -> object:
    return Flask("test").test_request_context(
        headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


@pytest.mark.parametrize("value", ["4", '"4"', 'W/"4"', '"4-0a1b2c"', ' "4" '])
def test_if_match_names_a_revision_in_every_form_that_was_sent(value: str) -> None:
    with _in(If_Match=value):  # type: ignore[attr-defined]
        assert expected_revision() == 4


@pytest.mark.parametrize("value", ["", "*"])
def test_no_condition_takes_any_revision(value: str) -> None:
    with _in(If_Match=value):  # type: ignore[attr-defined]
        assert expected_revision() is None


@pytest.mark.parametrize("value", ["four", '"4", "5"', "-1", "4.5", '""', "9" * 30, "٤"])
def test_a_lock_that_is_not_understood_is_not_ignored(value: str) -> None:
    with (
        Flask("test").test_request_context(environ_overrides={"HTTP_IF_MATCH": value.encode().decode("latin-1")}),
        pytest.raises(ValidationFailed) as caught,
    ):
        expected_revision()
    assert caught.value.errors[0].field == "if_match"


@pytest.mark.parametrize(
    ("header", "expected"),
    [('"4-ab"', True), ('W/"4-ab"', True), ('"1", "4-ab"', True), ("*", True), ('"4"', False), ("", False)],
)
def test_the_client_has_it_when_one_of_its_tags_is_this_one(header: str, expected: bool) -> None:
    with _in(If_None_Match=header):  # type: ignore[attr-defined]
        assert is_unchanged("4-ab") is expected


def test_a_304_has_no_body_and_no_type() -> None:
    with _in(If_None_Match='"4-ab"'):  # type: ignore[attr-defined]
        response = tagged(Response(b"{}", content_type="application/json"), "4-ab")
    assert response.status_code == 304
    assert response.get_data() == b""
    assert "Content-Type" not in response.headers
    assert response.headers["ETag"] == '"4-ab"'


def test_a_changed_one_is_sent_whole() -> None:
    with _in(If_None_Match='"3-ab"'):  # type: ignore[attr-defined]
        assert tagged(Response(b"{}"), "4-ab").status_code == 200


def test_other_forms_of_a_revision_have_other_tags() -> None:
    assert variant_tag("4-ab", b"{}") != variant_tag("4-ab", b"{ }")
    with _in(If_Match=variant_tag("4-ab", b"{}")):  # type: ignore[attr-defined]
        assert expected_revision() == 4
