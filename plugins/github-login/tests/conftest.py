"""GitHub as its documentation describes it: the token endpoint answers 200 for errors too, the API wants a token."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest


class GitHub:
    """What it knows; `asked` are the requests, as path and what was sent."""

    def __init__(self) -> None:
        self.url = ""
        self.person: dict[str, Any] = {"id": 583231, "login": "octocat", "name": None, "company": "@github"}
        self.emails: list[dict[str, Any]] = [
            {"email": "old@example.org", "primary": False, "verified": True, "visibility": None},
            {"email": "octocat@example.org", "primary": True, "verified": True, "visibility": "private"},
        ]
        self.asked: list[tuple[str, dict[str, str]]] = []

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        self.asked.append((path, form))
        if path == "/login/oauth/access_token":
            if form.get("code") != "good" or form.get("client_secret") != "the secret":
                return 200, {"error": "bad_verification_code", "error_description": "The code is incorrect or expired."}
            return 200, {"access_token": "gho_16C7e42F292c69", "scope": "read:user,user:email", "token_type": "bearer"}
        if authorization != "Bearer gho_16C7e42F292c69":
            return 401, {"message": "Bad credentials", "status": "401"}
        return 200, {"/api/user": self.person, "/api/user/emails": self.emails}[path]


@pytest.fixture
def github() -> Iterator[GitHub]:
    played = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())
            form = {name: values[0] for name, values in sent.items()}
            status, found = played.answer(self.path, form, self.headers.get("Authorization") or "")
            raw = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = _answer

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    played.url = f"http://127.0.0.1:{server.server_port}"
    yield played
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def instance(instance: Any, github: GitHub) -> Any:
    """The instance with an OAuth app at this GitHub."""
    file = instance.path / "instance.toml"
    text = file.read_text(encoding="utf-8")
    text += (
        f'[plugin.oidc]\ninternal = true\n[plugin.github-login]\nurl = "{github.url}"\napi_url = "{github.url}/api"\n'
    )
    file.write_text(text + 'client_id = "Iv1.app"\nclient_secret = "the secret"\n', encoding="utf-8")
    return type(instance).load(instance.path, environ={})
