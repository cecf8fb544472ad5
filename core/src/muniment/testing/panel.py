"""Somebody who is signed in and works on pages with forms, without scripts: `panel.post("/control/…", name="…")`."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from muniment.testing.people import Person

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_OWN = {"Sec-Fetch-Site": "same-origin"}


class Panel:
    """The browser of one person, who signs in through the page as people do; of a guest without a person."""

    def __init__(self, client: FlaskClient, person: Person | None) -> None:
        self.client = client
        self.person = person
        self._token = ""
        self.get("/login")
        if person is None:
            return
        sent = {"email": person.email, "password": person.password, "csrf_token": self._token}
        answer = client.post("/login", data=sent, headers=_OWN)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        self.get("/")

    def get(self, path: str, status: int = 200) -> str:
        """The text of a page, with entities as the characters that they stand for."""
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code)
        text = answer.get_data(as_text=True)
        found = _TOKEN.search(text)
        self._token = found[1] if found else self._token
        return unescape(text)

    def post(self, path: str, status: int = 303, **data: Any) -> str:
        """Send a form; the text of the answer, after a redirect that of the page it leads to.

        In names of controls two underscores stand for a dot: ``title__en``.
        """
        sent = {name.replace("__", "."): value for name, value in data.items()}
        answer = self.client.post(path, data={**sent, "csrf_token": self._token}, headers=_OWN)
        text = answer.get_data(as_text=True)
        assert answer.status_code == status, (path, answer.status_code, text)
        return self.get(answer.headers["Location"]) if status == 303 else unescape(text)
