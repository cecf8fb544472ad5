"""Every error has one shape for programs and one for people, and never shows a trace."""

from __future__ import annotations

from typing import Any

import pytest
import structlog

API = "application/json"


def test_an_unknown_api_route_is_a_json_404(probe: Any) -> None:
    response = probe.get("/api/nothing/here")
    assert (response.status_code, response.content_type) == (404, API)
    assert response.json["status"] == 404
    assert isinstance(response.json["message"], str)


def test_an_unknown_page_is_an_html_404(probe: Any) -> None:
    response = probe.get("/nothing/here", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert response.content_type.startswith("text/html")
    assert b"404" in response.data


def test_a_wrong_method_names_the_right_ones(probe: Any) -> None:
    response = probe.delete("/api/probe/echo")
    assert (response.status_code, response.json["status"]) == (405, 405)
    assert "POST" in response.headers["Allow"]


def test_problems_are_grouped_by_field(probe: Any) -> None:
    response = probe.get("/api/probe/raise/validation")
    assert response.status_code == 400
    assert response.json == {
        "status": 400,
        "message": "A validation error occurred.",
        "errors": [{"field": "metadata.title", "messages": ["Missing data for required field."]}],
    }


def test_a_tombstone_is_part_of_a_410(probe: Any) -> None:
    response = probe.get("/api/probe/raise/gone")
    assert response.json == {"status": 410, "message": "Record deleted", "tombstone": {"note": "Withdrawn"}}


def test_load_is_a_503_that_says_when_to_come_back(probe: Any) -> None:
    for path in ("/api/probe/raise/busy", "/probe/raise/busy"):
        response = probe.get(path)
        assert (response.status_code, response.headers["Retry-After"]) == (503, "7")


def test_a_full_disk_is_a_507(probe: Any) -> None:
    assert probe.get("/api/probe/raise/full").json["status"] == 507


@pytest.mark.parametrize("path", ["/api/probe/raise/bug", "/probe/raise/bug"])
def test_cve_2024_41674_a_bug_shows_neither_trace_nor_secret(probe: Any, path: str) -> None:
    with structlog.testing.capture_logs() as logs:
        response = probe.get(path)
    assert response.status_code == 500
    text = response.get_data(as_text=True)
    assert "secret" not in text
    assert "ZeroDivisionError" not in text
    assert "Traceback" not in text
    (entry,) = [entry for entry in logs if entry["event"] == "request_failed"]
    assert entry["error_id"] in text


def test_a_500_that_a_service_raised_has_an_id_too(probe: Any) -> None:
    response = probe.get("/api/probe/raise/own")
    assert response.json["message"] == "The engine stopped."
    assert len(response.json["error_id"]) == 16


def test_pages_show_the_message_escaped(probe: Any) -> None:
    response = probe.get("/probe/raise/%3Cscript%3E")
    assert b"<script>" not in response.data


def test_an_error_page_that_cannot_be_rendered_still_answers(probe: Any, probe_app: Any, monkeypatch: Any) -> None:
    from jinja2 import TemplateNotFound

    def broken(*_arguments: Any, **_keywords: Any) -> str:
        raise TemplateNotFound("error.html")

    monkeypatch.setattr("muniment.web.errors.render_template", broken)
    response = probe.get("/nothing")
    assert response.status_code == 404
    assert b"<h1>404</h1>" in response.data


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "BREW"])
def test_no_method_on_an_unknown_address_is_a_server_error(probe: Any, method: str) -> None:
    assert probe.open("/api/records/1/2/3/4", method=method).status_code in (404, 405)
