"""Scripts of other sites: reading for all, changing for sites that are named, cookies for none."""

from __future__ import annotations

from typing import Any

import pytest

READER = "https://reader.example.org"
APP = "https://app.example.org"


def preflight(probe: Any, origin: str, method: str = "POST", path: str = "/api/probe/echo") -> Any:
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    return probe.open(path, method="OPTIONS", headers=headers)


@pytest.mark.parametrize("path", ["/api/probe/who-none", "/api/nothing", "/api/probe/raise/validation"])
def test_every_site_may_read_what_visitors_read(probe: Any, path: str) -> None:
    headers = probe.get(path, headers={"Origin": READER}).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers
    assert "ETag" in headers["Access-Control-Expose-Headers"]
    assert "Origin" not in str(headers.get_all("Vary"))


def test_the_shortest_way_to_a_record_is_open_too(api: Any, make_record: Any) -> None:
    answer = api.get(f"/api/records/{make_record().id}", headers={"Origin": READER})
    assert answer.headers.get_all("Access-Control-Allow-Origin") == ["*"]


@pytest.mark.parametrize("path", ["/probe/who-none", "/nothing", "/healthz"])
def test_pages_are_for_this_site_only(probe: Any, path: str) -> None:
    assert "Access-Control-Allow-Origin" not in probe.get(path, headers={"Origin": READER}).headers


def test_a_preflight_offers_reading(probe: Any) -> None:
    answer = preflight(probe, READER)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Authorization" not in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.configuration("server", cors_origins=[APP])
def test_a_named_site_may_send_tokens_and_change_something(probe: Any) -> None:
    answer = preflight(probe, APP)
    assert answer.headers["Access-Control-Allow-Origin"] == APP
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    read = probe.get("/api/probe/who-none", headers={"Origin": APP})
    assert read.headers["Access-Control-Allow-Origin"] == APP
    assert "Origin" in read.headers.get_all("Vary")


@pytest.mark.configuration("server", cors_origins=[APP])
@pytest.mark.parametrize("origin", [READER, "https://app.example.org.evil.example", "null", "http://app.example.org"])
def test_every_other_site_may_nothing_then(probe: Any, origin: str) -> None:
    for answer in (preflight(probe, origin), probe.get("/api/probe/who-none", headers={"Origin": origin})):
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
        assert "Origin" in answer.headers.get_all("Vary")


@pytest.mark.configuration("server", cors_origins=[])
def test_it_can_be_closed(probe: Any) -> None:
    assert "Access-Control-Allow-Origin" not in probe.get("/api/probe/who-none", headers={"Origin": READER}).headers
    assert "Access-Control-Allow-Methods" not in preflight(probe, READER).headers


@pytest.mark.configuration("server", cors_origins=["*", APP])
def test_all_may_read_and_one_may_change(probe: Any) -> None:
    assert preflight(probe, READER).headers["Access-Control-Allow-Origin"] == "*"
    assert "DELETE" in preflight(probe, APP).headers["Access-Control-Allow-Methods"]


def test_other_questions_for_options_are_answered_as_before(probe: Any) -> None:
    assert "POST" in probe.open("/api/probe/echo", method="OPTIONS").headers["Allow"]


def test_a_cookie_from_another_site_changes_nothing(api: Any, panel: Any) -> None:
    """The session cookie is lax, and an unsafe request with one must come from this site whatever CORS says."""
    client = panel.client
    answer = client.post("/api/records", json={}, headers={"Origin": READER, "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
