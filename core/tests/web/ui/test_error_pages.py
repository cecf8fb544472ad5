"""Error pages: what happened, what to do, in the look of the site, in the language of the reader."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException, default_exceptions

#: What happened, and what the page offers to do about it.
TOLD = {
    403: ("open to people with permission only", 'href="/login?next=/licences"'),
    404: ("may have been mistyped", 'role="search"'),
    410: ("does not come back", 'role="search"'),
    413: ("larger than this site takes at once", "in pieces"),
    429: ("in such a short time", "Wait a moment"),
    500: ("has been written down", "name this number"),
    503: ("Nothing is lost", "load the page again"),
}


@pytest.mark.parametrize("status", sorted(TOLD))
def test_an_error_says_what_happened_and_what_to_do(app: Flask, client: Any, status: int) -> None:
    error: HTTPException | Exception = RuntimeError("boom") if status == 500 else default_exceptions[status]()

    def fail() -> str:
        raise error

    app.view_functions["about.licences"] = fail
    answer = client.get("/licences")
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert 'class="masthead"' in page
    assert '<meta name="robots" content="noindex">' in page
    assert "boom" not in page
    for words in TOLD[status]:
        assert words in page
