"""JSON bodies: what is taken, and what is said about the rest."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment.web.rest.bodies import MAX_DEPTH, MAX_JSON_BYTES

ECHO = "/api/probe/echo"
JSON = "application/json"


@pytest.mark.parametrize(
    "content_type",
    [JSON, "application/json; charset=utf-8", "Application/JSON", "application/vnd.inveniordm.v1+json", None],
)
def test_json_is_taken_under_its_names_and_without_any(probe: Any, content_type: str | None) -> None:
    response = probe.post(ECHO, data=b'{"a": 1}', content_type=content_type)
    assert (response.status_code, response.json) == (200, {"a": 1})


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_another_media_type_is_a_415_that_names_what_is_taken(probe: Any, content_type: str) -> None:
    response = probe.post(ECHO, data=b"a=1", content_type=content_type)
    assert response.status_code == 415
    assert response.json["message"].startswith("Invalid 'Content-Type' header. Expected one of: application/json")


@pytest.mark.parametrize("content_type", [JSON, "application/octet-stream", None])
def test_no_body_is_an_empty_object(probe: Any, content_type: str | None) -> None:
    assert probe.post(ECHO, content_type=content_type).json == {}


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b"{'a': 1}", b'{"a": NaN}', b'{"a": 1,}', b"{}{}", b"\x00", b'{"a": "\xed\xa0\x80"}'],
)
def test_broken_json_is_a_400(probe: Any, body: bytes) -> None:
    response = probe.post(ECHO, data=body, content_type=JSON)
    assert response.status_code == 400
    assert response.json["message"] == "Unable to decode JSON data in request body."


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"1", b"null", b"true"])
def test_what_is_no_object_is_a_400(probe: Any, body: bytes) -> None:
    response = probe.post(ECHO, data=body, content_type=JSON)
    assert response.json["errors"] == [{"field": "_schema", "messages": ["Invalid input type."]}]


def test_too_large_a_body_is_a_413_with_or_without_a_length(probe: Any) -> None:
    body = b'{"a": "' + b"x" * MAX_JSON_BYTES + b'"}'
    assert probe.post(ECHO, data=body, content_type=JSON).status_code == 413
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    response = probe.post(ECHO, input_stream=io.BytesIO(body), content_type=JSON, environ_overrides=environ)
    assert response.status_code == 413


def test_a_body_that_ends_early_is_a_400(probe: Any) -> None:
    response = probe.post(
        ECHO,
        input_stream=io.BytesIO(b'{"a": 1}'),
        content_type=JSON,
        environ_overrides={"CONTENT_LENGTH": "100"},
    )
    assert response.status_code == 400


@pytest.mark.parametrize(("depth", "status"), [(MAX_DEPTH - 1, 200), (MAX_DEPTH + 1, 400), (1000, 400), (100_000, 400)])
def test_deep_nesting_is_refused(probe: Any, depth: int, status: int) -> None:
    body = b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"
    assert probe.post(ECHO, data=body, content_type=JSON).status_code == status


def test_nul_characters_are_removed(probe: Any) -> None:
    body = b'{"a\\u0000b": ["x\\u0000", {"c": "\\u0000"}], "d": 1}'
    assert probe.post(ECHO, data=body, content_type=JSON).json == {"ab": ["x", {"c": ""}], "d": 1}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_no_bytes_are_a_server_error(probe: Any, body: bytes) -> None:
    assert probe.post(ECHO, data=body, content_type=JSON).status_code in (200, 400)
