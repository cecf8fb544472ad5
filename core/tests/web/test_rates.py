"""Limits on requests: for visitors by address, for people by account, told in headers and ended by waiting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from muniment.settings.config import Rates as Settings
from muniment.web import rates as module
from muniment.web.rates import Rates

FIRST, SECOND = "192.0.2.1", "192.0.2.2"
NOON = 1_800_000_000 // 3600 * 3600

pytestmark = pytest.mark.configuration("rates", guest_minute=3, guest_hour=5, user_minute=4, user_hour=0)


@pytest.fixture
def ask(api: Any) -> Callable[..., Any]:
    def ask(path: str = "/api/records", address: str = FIRST, client: Any = None, method: str = "GET") -> Any:
        return (client or api).request(method, path, environ_base={"REMOTE_ADDR": address})

    return ask


def test_headers_tell_where_a_visitor_stands(ask: Any) -> None:
    with time_machine.travel(NOON + 10, tick=False):
        left = [ask().headers["X-RateLimit-Remaining"] for _ in range(3)]
        headers = ask(address=SECOND).headers
    assert left == ["2", "1", "0"]
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("3", "2")
    assert headers["X-RateLimit-Reset"] == str(NOON + 60)


def test_beyond_the_limit_one_waits(ask: Any) -> None:
    with time_machine.travel(NOON + 10, tick=False) as clock:
        for _ in range(3):
            assert ask().status_code == 200
        refused = ask()
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "50"
        assert refused.headers["X-RateLimit-Remaining"] == "0"
        assert refused.json["status"] == 429
        assert ask(address=SECOND).status_code == 200
        clock.shift(50)
        assert [ask().status_code for _ in range(3)] == [200, 200, 429]  # five in an hour
        assert ask().headers["Retry-After"] == "3540"
        clock.shift(3540)
        assert ask().status_code == 200


def test_the_shortest_way_to_a_record_counts(ask: Any, make_record: Any) -> None:
    path = f"/api/records/{make_record().id}"
    with time_machine.travel(NOON, tick=False):
        assert [ask(path).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_person_is_counted_wherever_they_are(ask: Any, api: Any, ada: Any) -> None:
    with time_machine.travel(NOON, tick=False):
        one, other = api.as_(ada), api.as_(ada)
        assert ask(client=one).headers["X-RateLimit-Limit"] == "4"
        assert ask(client=other, address=SECOND).headers["X-RateLimit-Remaining"] == "2"
        assert ask().headers["X-RateLimit-Limit"] == "3"


def test_wrong_tokens_count_for_the_address(ask: Any, api: Any) -> None:
    stranger = type(api)(api.app, api.repository, "no-such-token")
    with time_machine.travel(NOON, tick=False):
        assert [ask(client=stranger).status_code for _ in range(3)] == [401, 401, 401]
        assert ask().status_code == 429


def test_pages_are_limited_and_say_it_as_pages(ask: Any) -> None:
    with time_machine.travel(NOON, tick=False):
        answers = [ask("/search") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "X-RateLimit-Limit" not in answers[0].headers
    assert "Too many requests" in answers[3].get_data(as_text=True)


def test_what_costs_little_or_has_its_own_lane_is_not_counted(ask: Any, make_record: Any) -> None:
    content = f"/api/records/{make_record(files={'a.txt': b'a'}).id}/files/a.txt/content"
    with time_machine.travel(NOON, tick=False):
        for path, method in ((content, "GET"), ("/healthz", "GET"), ("/api/records", "OPTIONS")):
            assert {ask(path, method=method).status_code for _ in range(6)} == {200}, path
        assert ask().headers["X-RateLimit-Remaining"] == "2"


def test_the_machine_itself_is_not_limited(ask: Any) -> None:
    answers = [ask(address=address) for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1") for _ in range(4)]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["X-RateLimit-Remaining"] for answer in answers} == {"3"}


@pytest.mark.configuration("rates", guest_minute=0, guest_hour=0, guest_searches=0)
def test_no_limit_has_no_headers(ask: Any) -> None:
    assert "X-RateLimit-Limit" not in ask().headers


@pytest.mark.configuration("server", trusted_proxies=1)
def test_behind_a_proxy_visitors_are_told_apart(api: Any) -> None:
    def ask(address: str) -> str:
        answer = api.get("/api/records", headers={"X-Forwarded-For": address})
        return str(answer.headers["X-RateLimit-Remaining"])

    with time_machine.travel(NOON, tick=False):
        assert [ask(FIRST), ask(FIRST), ask(SECOND)] == ["2", "1", "2"]


def test_memory_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CALLERS", 10)
    rates = Rates(Settings())
    for number in range(100):
        rates.count(f"192.0.2.{number}")
    assert len(rates._counts) <= 12


def test_a_network_of_ipv6_is_one_visitor() -> None:
    rates = Rates(Settings(guest_minute=5))
    first = rates.count("2001:db8::1")
    second = rates.count("2001:db8::2")
    assert first
    assert second
    assert (first.remaining, second.remaining) == (4, 3)


@pytest.mark.configuration("rates", guest_minute=50, guest_hour=0, user_minute=0, guest_searches=2, user_searches=3)
def test_searches_have_a_limit_of_their_own(ask: Any, api: Any, ada: Any) -> None:
    with time_machine.travel(NOON + 10, tick=False):
        first = ask("/api/records?q=ice")
        assert (first.headers["X-RateLimit-Limit"], first.headers["X-RateLimit-Remaining"]) == ("2", "1")
        assert ask("/search?q=ice").status_code == 200
        for path in ("/api/records?q=ice", "/search?q=ice"):
            assert ask(path).status_code == 429
            assert ask(path).headers["Retry-After"] == "50"
        other = ask("/api/vocabularies/licenses")
        assert (other.status_code, other.headers["X-RateLimit-Limit"]) == (200, "50")
        person = api.as_(ada)
        assert [ask("/api/user/records", client=person).status_code for _ in range(4)] == [200, 200, 200, 429]
