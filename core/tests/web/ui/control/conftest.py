"""Somebody who is signed in and works in the control panel, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest


class Panel:
    """A browser of one person: `get` answers the text of a page, `post` sends one of its forms."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self._token = ""

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code)
        text: str = answer.get_data(as_text=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        self._token = found[1] if found else self._token
        return unescape(text)

    def post(self, path: str, status: int = 303, **data: Any) -> str:
        """The text of the answer, after a redirect that of the page it leads to. Names may hold dots as ``__``."""
        if not self._token:
            self.get("/control")
        sent = {name.replace("__", "."): value for name, value in data.items()}
        answer = self.client.post(
            path, data={**sent, "csrf_token": self._token}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        text: str = answer.get_data(as_text=True)
        assert answer.status_code == status, (path, answer.status_code, text)
        return self.get(answer.headers["Location"]) if status == 303 else unescape(text)


@pytest.fixture
def panel_of(app: Any, sign_in: Callable[[Any, Any], None]) -> Callable[[Any], Panel]:
    """`panel_of(person)`: the browser of that person."""

    def make(person: Any) -> Panel:
        client = app.test_client()
        sign_in(client, person)
        return Panel(client)

    return make


@pytest.fixture
def panel(panel_of: Callable[[Any], Panel], administrator: Any) -> Panel:
    """An administrator's browser."""
    return panel_of(administrator)


@pytest.fixture
def moderator(make_user: Callable[..., Any]) -> Any:
    return make_user("moderator@example.org", roles=["moderator"], full_name="Moira Moderator")
