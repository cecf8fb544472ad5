"""What DataCite answers and what becomes of it: errors, waiting, nonsense, and silence afterwards."""

from __future__ import annotations

import pytest

from muniment.api import RetryLater
from muniment_datacite.service import DataCite, Quiet
from muniment_datacite.transport import HTTPTransport


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def datacite(served, clock) -> DataCite:
    return DataCite(HTTPTransport(served.url, "ABCD.REPO", "secret", "curator@example.org"), Quiet(clock))


FOUND = {"data": {"id": "10.1234/a", "attributes": {"state": "findable"}}}


def test_what_it_takes(served, datacite) -> None:
    served.will_answer(201, FOUND)
    answer = datacite.put("10.1234/A(1)", {"event": "publish"})
    assert answer.words == "201"
    assert answer.resource == {"state": "findable"}
    assert served.asked == [
        ("PUT", "/dois/10.1234/a(1)", {"data": {"type": "dois", "attributes": {"event": "publish"}}})
    ]


def test_what_it_refuses_is_told_in_its_words(served, datacite) -> None:
    served.will_answer(422, {"errors": [{"source": "creators", "title": "Can't be blank", "uid": "10.1234/a"}, None]})
    assert datacite.put("10.1234/a", {}).words == "422 creators Can't be blank"


@pytest.mark.parametrize(
    ("status", "body", "headers", "reason", "seconds"),
    [
        (429, {"errors": [{"status": "429", "title": "Slow down"}]}, {"Retry_After": "30"}, "429 Slow down", 30),
        (503, b"Service Unavailable", {"Retry_After": "Fri, 31 Dec 1999 23:59:59 GMT"}, "503 Service Unavailable", 0),
        (503, b"", {"Retry_After": "soon"}, "503", 5),
        (503, b"", {"Retry_After": "9999999"}, "503", 86_400),
        (500, {"errors": "no list"}, {}, "500", 5),
        (401, {"errors": [{"status": "401", "title": "Bad credentials."}]}, {}, "401 Bad credentials.", 5),
        (302, b"", {"Location": "https://elsewhere.example.org"}, "302", 5),
        (200, b"<!doctype html><title>Hello</title>", {}, "this is no answer of DataCite's API", 5),
        (200, [1, 2], {}, "this is no answer of DataCite's API", 5),
        (201, b"<!doctype html><title>Hello</title>", {}, "this is no answer of DataCite's API", 5),
        (201, b"", {}, "this is no answer of DataCite's API", 5),
        (200, {"data": "done"}, {}, "this is no answer of DataCite's API", 5),
    ],
)
def test_what_is_to_be_tried_again(served, datacite, status, body, headers, reason, seconds) -> None:
    served.will_answer(status, body, **headers)
    with pytest.raises(RetryLater) as caught:
        datacite.put("10.1234/a", {})
    assert reason in str(caught.value)
    assert caught.value.seconds == seconds


def test_nobody_asks_while_it_is_away_and_pauses_grow(served, datacite, clock) -> None:
    served.will_answer(503)
    for length, asked in ((5, 1), (10, 2), (20, 3)):
        with pytest.raises(RetryLater):
            datacite.put("10.1234/a", {})
        clock.now += length - 1
        with pytest.raises(RetryLater) as caught:
            datacite.put("10.1234/b", {})
        assert caught.value.seconds == 1
        assert len(served.asked) == asked
        clock.now += 1
    served.answers.clear()
    served.will_answer(200, FOUND)
    datacite.put("10.1234/a", {})
    assert datacite.quiet.left() == 0


def test_an_operator_asks_all_the_same(served, datacite) -> None:
    served.will_answer(503)
    served.will_answer(200, FOUND)
    with pytest.raises(RetryLater):
        datacite.put("10.1234/a", {})
    assert datacite.put("10.1234/a", {}, at_once=True).status == 200


def test_a_host_that_is_not_there() -> None:
    datacite = DataCite(HTTPTransport("http://127.0.0.1:9", "ABCD.REPO", "secret"), Quiet())
    with pytest.raises(RetryLater, match="DataCite cannot be reached: ConnectionError"):
        datacite.put("10.1234/a", {})


def test_an_answer_that_drips_is_given_up(served, datacite, monkeypatch) -> None:
    monkeypatch.setattr("muniment_datacite.transport.LONGEST", -1.0)
    served.will_answer(200, FOUND)
    with pytest.raises(RetryLater, match="takes too long"):
        datacite.put("10.1234/a", {})
