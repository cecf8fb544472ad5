"""A client for the REST API in tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from muniment.repository import Repository
    from muniment.testing.people import Person


class ApiClient:
    """Sends JSON without cookies; `as_(person)` gives a client with a token of that person."""

    def __init__(self, app: Flask, repository: Repository, token: str | None = None) -> None:
        self.app = app
        self.repository = repository
        self.token = token

    def as_(self, person: Person) -> ApiClient:
        return ApiClient(self.app, self.repository, self.repository.tokens.create_for_subject(person.subject, "test"))

    def request(self, method: str, path: str, **arguments: Any) -> TestResponse:
        headers = dict(arguments.pop("headers", None) or {})
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        with self.app.test_client(use_cookies=False) as client:
            return client.open(path, method=method, headers=headers, **arguments)

    def get(self, path: str, **arguments: Any) -> TestResponse:
        return self.request("GET", path, **arguments)

    def post(self, path: str, **arguments: Any) -> TestResponse:
        return self.request("POST", path, **arguments)

    def put(self, path: str, **arguments: Any) -> TestResponse:
        return self.request("PUT", path, **arguments)

    def delete(self, path: str, **arguments: Any) -> TestResponse:
        return self.request("DELETE", path, **arguments)
