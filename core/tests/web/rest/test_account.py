"""One's own account by JSON: `/api/login`, `/api/me`, `/api/sessions` and their kin."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from muniment.repository import Repository
from muniment.testing.api_client import ApiClient
from muniment.testing.people import Person
from muniment.web.csrf import form_token

SAME = {"Sec-Fetch-Site": "same-origin"}
NEW = "quite another password"


def send(client: FlaskClient, path: str, body: Any = None, method: str = "POST") -> TestResponse:
    """An unsafe request as a script of one of our pages makes it."""
    cookie = client.get_cookie("muniment_session")
    headers = {**SAME, "X-CSRFToken": form_token(cookie.value)} if cookie else SAME
    return client.open(path, method=method, json=body if body is not None else {}, headers=headers)


def token_in(mailbox: Path, name: str) -> str:
    newest = sorted(mailbox.glob(f"*-{name}-*.eml"))[-1]
    return re.findall(r"token=(\S+)", newest.read_text())[0]


def test_signing_in_and_out(client: FlaskClient, ada: Person) -> None:
    answer = send(client, "/api/login", {"email": ada.email, "password": ada.password})
    assert answer.json["id"] == str(ada.subject)  # type: ignore[index]
    assert client.get("/api/me").json["email"] == ada.email  # type: ignore[index]
    assert send(client, "/api/logout").status_code == 200
    assert client.get("/api/me").status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"email": "ada@example.org", "password": "wrong password"},
        {"email": "nobody@example.org", "password": "x"},
        {},
        {"email": {"$gt": ""}, "password": ["x"]},
    ],
)
def test_a_failed_sign_in_is_401_with_one_message(client: FlaskClient, ada: Person, body: dict[str, object]) -> None:
    answer = send(client, "/api/login", body)
    assert (answer.status_code, answer.json["message"]) == (  # type: ignore[index]
        401,
        "The e-mail address or the password is wrong.",
    )
    assert not [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("muniment_session=")]


def test_no_answer_to_a_get_holds_a_secret_cve_2021_21241(client: FlaskClient, ada: Person) -> None:
    send(client, "/api/login", {"email": ada.email, "password": ada.password})
    cookie = client.get_cookie("muniment_session")
    assert cookie is not None
    for path in ("/api/me", "/api/sessions", "/api/login", f"/api/users/{ada.subject}"):
        answer = client.get(path)
        assert cookie.value not in answer.get_data(as_text=True)
        assert "token" not in answer.get_data(as_text=True).lower()


def test_registering_confirming_and_resetting(
    client: FlaskClient, run_jobs: Callable[[], int], mailbox: Path, repository: Repository
) -> None:
    body = {"email": "ada@example.org", "password": NEW, "profile": {"full_name": "Ada"}, "roles": ["administrator"]}
    assert send(client, "/api/register", body).status_code == 200
    run_jobs()
    first = token_in(mailbox, "confirm-email")
    assert send(client, "/api/send-confirmation-email", {"email": "ada@example.org"}).status_code == 200
    run_jobs()
    assert send(client, "/api/confirm-email", {"token": first}).status_code == 400
    assert send(client, "/api/confirm-email", {"token": token_in(mailbox, "confirm-email")}).status_code == 200
    user = repository.users.find("ada@example.org")
    assert user is not None
    assert user.roles == []
    assert send(client, "/api/forgot-password", {"email": "ada@example.org"}).status_code == 200
    run_jobs()
    token = token_in(mailbox, "reset-password")
    assert send(client, "/api/reset-password", {"token": token, "new_password": "short"}).status_code == 400
    assert send(client, "/api/reset-password", {"token": token, "new_password": "a new password"}).status_code == 200
    assert send(client, "/api/login", {"email": "ada@example.org", "password": "a new password"}).status_code == 200


@pytest.mark.parametrize("path", ["/api/register", "/api/forgot-password", "/api/send-confirmation-email"])
def test_known_and_unknown_addresses_are_answered_alike(client: FlaskClient, ada: Person, path: str) -> None:
    answers = [send(client, path, {"email": email, "password": NEW}) for email in (ada.email, "new@example.org")]
    assert answers[0].status_code == answers[1].status_code == 200
    assert answers[0].data == answers[1].data


def test_devices_are_listed_and_ended(app: Flask, client: FlaskClient, ada: Person) -> None:
    other = app.test_client()
    for browser in (client, other):
        send(browser, "/api/login", {"email": ada.email, "password": ada.password})
    hits = client.get("/api/sessions").json["hits"]["hits"]  # type: ignore[index]
    assert sorted(hit["current"] for hit in hits) == [False, True]
    (number,) = [hit["id"] for hit in hits if not hit["current"]]
    assert send(client, f"/api/sessions/{number}", method="DELETE").status_code == 204
    assert other.get("/api/me").status_code == 403
    assert send(client, f"/api/sessions/{number}", method="DELETE").status_code == 404


def test_changing_the_password_renews_the_session_cve_2025_64100(client: FlaskClient, ada: Person) -> None:
    send(client, "/api/login", {"email": ada.email, "password": ada.password})
    before = client.get_cookie("muniment_session")
    assert send(client, "/api/change-password", {"password": "wrong", "new_password": NEW}).status_code == 400
    assert send(client, "/api/change-password", {"password": ada.password, "new_password": NEW}).status_code == 200
    after = client.get_cookie("muniment_session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert client.get("/api/me").status_code == 200


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/sessions"), ("DELETE", "/api/sessions/1"), ("POST", "/api/change-password")]
)
def test_a_token_cannot_change_how_its_owner_signs_in(api: ApiClient, ada: Person, method: str, path: str) -> None:
    answer = api.as_(ada).request(method, path, json={"password": ada.password, "new_password": NEW})
    assert answer.status_code == 403


@pytest.mark.parametrize("value", ["x\r\nlevel=error forged", "\x1b[31m", "\u2028forged", "x" * 100_000])
def test_what_is_typed_never_reaches_the_log_cve_2024_27097(
    client: FlaskClient, ada: Person, value: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for path in ("/api/forgot-password", "/api/login", "/api/register"):
        answer = send(client, path, {"email": f"a{value}b@example.org", "password": value})
        assert answer.status_code in (400, 401)
    captured = capfd.readouterr()
    assert value[:20] not in captured.out + captured.err
    assert "forged" not in captured.out + captured.err


def test_a_huge_form_is_refused_before_it_is_read_cve_2023_50248(client: FlaskClient) -> None:
    client.get("/login")
    many = {f"field{number}": "x" for number in range(1200)}
    multipart = client.post("/login", data=many, headers=SAME, content_type="multipart/form-data")
    assert multipart.status_code == 413
    large = client.post(
        "/login",
        input_stream=BytesIO(b"email=" + b"x" * 11_000_000),
        content_length=11_000_006,
        content_type="application/x-www-form-urlencoded",
        headers=SAME,
    )
    assert large.status_code == 413
