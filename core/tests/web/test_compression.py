"""Packed pages: for visitors, never for one reader."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def test_pages_are_packed_for_browsers_that_take_it(client: Any) -> None:
    plain = client.get("/help/search")
    packed = client.get("/help/search", headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data) / 2
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0"])
def test_others_get_them_as_they_are(client: Any, accepted: str) -> None:
    answer = client.get("/help/search", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers
    assert answer.data.startswith(b"<!doctype html>")


def test_what_is_made_for_one_reader_is_not_packed(client: Any, ada: Any, sign_in: Any) -> None:
    """Its length would tell of the form token in it (BREACH)."""
    assert "Content-Encoding" not in client.get("/login", headers=GZIP).headers
    sign_in(client, ada)
    for path in ("/", "/help/search", "/me/uploads"):
        answer = client.get(path, headers=GZIP)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "Content-Encoding" not in answer.headers


def test_answers_of_the_api_keep_their_tags(client: Any, make_record: Any) -> None:
    number = make_record().id
    assert "Content-Encoding" not in client.get(f"/api/records/{number}", headers=GZIP).headers
