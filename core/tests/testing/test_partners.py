"""A partner that a test plays hears what is sent, and is heard."""

from __future__ import annotations

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from muniment.testing.partners import Answered, Asked, played


def test_a_partner_hears_and_is_heard() -> None:
    heard: list[Asked] = []

    def answer(asked: Asked) -> Answered:
        heard.append(asked)
        return Answered(201, {"got": asked.form}, {"X-Here": "yes"})

    with played(answer) as url, urlopen(Request(f"{url}/a?b=c", data=b"d=e&f=g", method="PUT")) as response:
        assert (response.status, response.headers["X-Here"]) == (201, "yes")
        assert json.load(response) == {"got": {"d": "e", "f": "g"}}
    assert [(asked.method, asked.path) for asked in heard] == [("PUT", "/a?b=c")]


def test_bytes_are_sent_as_they_are() -> None:
    with played(lambda _asked: Answered(404, b"\x00{")) as url, pytest.raises(HTTPError) as caught:
        urlopen(url)
    assert caught.value.code == 404
    assert caught.value.read() == b"\x00{"
    assert "Content-Type" not in caught.value.headers
    caught.value.close()


def test_json_is_read() -> None:
    assert Asked("POST", "/", {}, b'{"a": 1}').json == {"a": 1}
    assert Asked("GET", "/", {}, b"").json is None
