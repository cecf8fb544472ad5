"""A clock that tests move, an app that shows codes, and browsers of people who sign in in two steps."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest

_OWN = {"Sec-Fetch-Site": "same-origin"}


class Clock:
    """What the repository takes for now."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture
def clock(repository: Any) -> Clock:
    found = Clock()
    repository.database.now = found
    return found


@pytest.fixture
def factors(repository: Any, clock: Clock) -> Any:
    (plugin,) = [one for one in repository.generation.plugins if one.name == "mfa"]
    return plugin.plugin.factors


class Browser:
    """A browser without scripts that signs in step by step."""

    def __init__(self, client: Any, person: Any, clock: Clock) -> None:
        self.client, self.person, self.clock = client, person, clock
        self.key = ""

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, source: str = "", **data: str) -> Any:
        """Send a form of the page `source`, which gives the token (and what it hides)."""
        page = self.client.get(source or path).get_data(as_text=True)
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
        hidden.pop("not_kept", None)
        if found := re.search(r'<code class="once">([A-Z2-7]+)</code>', page):
            self.key = found[1]
        sent = {**hidden, **{name: value() if callable(value) else value for name, value in data.items()}}
        return self.client.post(path, data=sent, headers=_OWN)

    def sign_in(self, next_path: str = "/me/uploads") -> Any:
        return self.post("/login", email=self.person.email, password=self.person.password, next=next_path)

    def shown(self, ahead: int = 0) -> str:
        """The code that the app shows, `ahead` stretches of 30 seconds from now."""
        return pyotp.TOTP(self.key).at(int(self.clock.moment.timestamp()) + 30 * ahead)

    def set_up(self, **data: Any) -> Any:
        return self.post("/mfa/setup", code=self.shown, **data)

    @property
    def signed_in(self) -> bool:
        return self.client.get("/api/me").status_code == 200


@pytest.fixture
def browser_of(app: Any, clock: Clock) -> Callable[[Any], Browser]:
    return lambda person: Browser(app.test_client(), person, clock)


@pytest.fixture
def adas(browser_of: Callable[[Any], Browser], ada: Any) -> Browser:
    found = browser_of(ada)
    found.sign_in()
    return found


def codes_on(answer: Any) -> list[str]:
    return re.findall(r"<code class=\"once\">([a-z2-7-]{19})</code>", answer.get_data(as_text=True))


@pytest.fixture
def recovery_codes(adas: Browser) -> list[str]:
    """Ada's, whose second step is on."""
    found = codes_on(adas.set_up())
    assert len(found) == 10
    return found


@pytest.fixture
def another(browser_of: Any, ada: Any, adas: Browser, recovery_codes: list[str]) -> Browser:
    """Another browser of Ada's, with her app at hand."""
    found: Browser = browser_of(ada)
    found.key = adas.key
    return found
