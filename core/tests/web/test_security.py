"""Host names, limits and headers of every answer."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.web.security import MAX_ADDRESS, MAX_BODY, MAX_HEADERS


@pytest.mark.parametrize("path", ["/", "/api/records", "/api/probe/who-none", "/nothing"])
def test_cve_2019_1020006_a_foreign_host_is_refused(probe: Any, path: str) -> None:
    response = probe.get(path, headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.get_data(as_text=True)


def test_cve_2019_1020006_a_foreign_forwarded_host_is_refused(probe: Any) -> None:
    assert probe.get("/api/probe/who-none", headers={"X-Forwarded-Host": "evil.example"}).status_code == 400
    assert probe.get("/api/probe/who-none", headers={"X-Forwarded-Host": "localhost, evil.example"}).status_code == 400
    assert probe.get("/api/probe/who-none", headers={"X-Forwarded-Host": "localhost"}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_told_under_every_name(probe: Any, path: str) -> None:
    assert probe.get(path, headers={"Host": "10.0.0.7:5000"}).status_code == 200


@pytest.mark.configuration("site", url="https://repo.example.org", aliases=["www.repo.example.org"])
def test_only_the_configured_names_are_served(probe: Any) -> None:
    def status(host: str) -> int:
        return int(probe.get("/api/probe/who-none", headers={"Host": host}).status_code)

    assert status("repo.example.org") == 200
    assert status("www.repo.example.org") == 200
    assert status("localhost") == 400


@pytest.mark.configuration("files", origin="https://files.example.org")
@pytest.mark.configuration("site", url="https://repo.example.org")
def test_the_origin_of_files_is_a_name_of_the_site(probe: Any) -> None:
    assert probe.get("/api/probe/who-none", headers={"Host": "files.example.org"}).status_code == 200


def test_forwarded_addresses_are_believed_from_trusted_proxies_only(probe: Any, probe_app: Any) -> None:
    seen: list[str | None] = []
    probe_app.before_request_funcs[None].insert(0, lambda: seen.append(__import__("flask").request.remote_addr))
    probe.get("/api/probe/who-none", headers={"X-Forwarded-For": "203.0.113.9"})
    assert seen == ["127.0.0.1"]


@pytest.mark.configuration("server", trusted_proxies=1)
def test_one_trusted_proxy_tells_address_and_scheme(probe: Any, probe_app: Any) -> None:
    from flask import request

    seen: list[tuple[str | None, str]] = []
    probe_app.before_request_funcs[None].insert(0, lambda: seen.append((request.remote_addr, request.scheme)))
    headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9", "X-Forwarded-Proto": "https"}
    probe.get("/api/probe/who-none", headers=headers)
    assert seen == [("203.0.113.9", "https")]


def test_long_addresses_and_headers_are_refused(probe: Any) -> None:
    assert probe.get("/api/probe/who-none?q=" + "x" * MAX_ADDRESS).status_code == 414
    assert probe.get("/api/probe/who-none", headers={"X-Long": "x" * MAX_HEADERS}).status_code == 431
    assert probe.get("/api/probe/%00").status_code == 400


def test_forms_are_limited_and_files_are_not(probe: Any) -> None:
    large = b"x" * (MAX_BODY + 1)
    kind = "application/x-www-form-urlencoded"
    assert probe.post("/probe/form", data=large, content_type=kind).status_code == 413
    assert probe.post("/api/probe/upload", data=large).json == {"bytes": MAX_BODY + 1}


def test_cve_2023_50248_a_form_of_many_fields_is_refused(probe: Any) -> None:
    parts = {f"field{number}": "x" for number in range(2000)}
    assert probe.post("/probe/form", data=parts, content_type="multipart/form-data").status_code == 413


@pytest.mark.parametrize("size", [100, 5_000_000])
@pytest.mark.parametrize("boundary", ["other", "pa", "x" * 200])
def test_a_form_with_another_boundary_is_a_bad_request(probe: Any, boundary: str, size: int) -> None:
    part = b'--part\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"x" * size + b"\r\n--part--\r\n"
    wrong = probe.post("/probe/form", data=part, content_type=f"multipart/form-data; boundary={boundary}")
    assert wrong.status_code == 400
    assert "boundary" in wrong.get_data(as_text=True)


def test_a_form_of_parts_is_read(probe: Any) -> None:
    part = b'--part\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--part--\r\n'
    for before in (b"", b"\r\n"):
        answer = probe.post("/probe/form", data=before + part, content_type="multipart/form-data; boundary=part")
        assert answer.status_code in (200, 400)  # a form for visitors needs its token


def _policy(response: Any) -> dict[str, str]:
    directives = response.headers["Content-Security-Policy"].split(";")
    return {name: values for name, _, values in (directive.strip().partition(" ") for directive in directives)}


@pytest.mark.parametrize("path", ["/nothing", "/probe/who-none"])
def test_pages_run_nothing_inline_and_are_framed_by_nobody(probe: Any, path: str) -> None:
    policy = _policy(probe.get(path))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in str(policy)


@pytest.mark.parametrize("path", ["/nothing", "/api/nothing", "/api/probe/raise/bug", "/healthz"])
def test_every_answer_is_guarded(probe: Any, path: str) -> None:
    headers = probe.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Content-Security-Policy" in headers
    assert "Strict-Transport-Security" not in headers


@pytest.mark.configuration("site", url="https://repo.example.org")
def test_a_site_on_https_stays_there(probe: Any) -> None:
    response = probe.get("/api/probe/who-none", headers={"Host": "repo.example.org"})
    assert "max-age" in response.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("path", ["/api/probe/who-none", "/probe/who-none?token=abc", "/probe/who-none?access_token=a"])
def test_addresses_with_secrets_do_not_travel_on(probe: Any, path: str) -> None:
    assert probe.get(path).headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.configuration("files", origin="https://files.example.org")
def test_the_origin_of_files_may_be_shown_and_framed_but_runs_nothing(probe: Any) -> None:
    policy = _policy(probe.get("/probe/who-none"))
    assert "https://files.example.org" in policy["img-src"]
    assert "https://files.example.org" in policy["frame-src"]
    assert "https://files.example.org" not in policy["script-src"]


def test_slashes_at_the_end_and_in_the_middle_are_forgiven(probe: Any) -> None:
    for path in ("/api//probe//who-none", "/api/probe/who-none/", "http://localhost//api/probe/who-none"):
        response = probe.get(path)
        assert response.status_code == 200, path
    assert probe.post("/api//probe/echo/", json={"a": 1}).json == {"a": 1}
