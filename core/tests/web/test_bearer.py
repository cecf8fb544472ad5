"""Where a request may carry a token."""

from __future__ import annotations

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from muniment.errors import AuthenticationFailed
from muniment.web.bearer import bearer_token


def made(path: str, header: str | None = None) -> Request:
    builder = EnvironBuilder(path, headers={"Authorization": header} if header is not None else {})
    return Request(builder.get_environ())


@pytest.mark.parametrize(
    ("path", "header", "token"),
    [
        ("/api/records", "Bearer abc", "abc"),
        ("/api/records", "bearer  abc ", "abc"),
        ("/records/1", "Bearer abc", "abc"),
        ("/api/records?access_token=abc", None, "abc"),
        ("/api?access_token=abc", None, "abc"),
        ("/api/records?access_token=query", "Bearer header", "header"),
        ("/records/1?access_token=abc", None, None),
        ("/apis?access_token=abc", None, None),
        ("/api/records", None, None),
        ("/api/records", "Basic YTpi", None),
        ("/api/records", "", None),
    ],
)
def test_a_token_is_found_where_it_may_stand(path: str, header: str | None, token: str | None) -> None:
    assert bearer_token(made(path, header)) == token


@pytest.mark.parametrize(
    ("path", "header"), [("/api/records", "Bearer"), ("/api/records", "Bearer  "), ("/api/records?access_token=", None)]
)
def test_an_empty_token_is_not_the_same_as_none(path: str, header: str | None) -> None:
    with pytest.raises(AuthenticationFailed):
        bearer_token(made(path, header))
