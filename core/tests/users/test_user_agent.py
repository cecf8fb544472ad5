"""The summary of a browser's header."""

from __future__ import annotations

import pytest

from muniment.users.user_agent import summarize

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)
EDGE = CHROME + " Edg/140.0.0.0"


@pytest.mark.parametrize(
    ("header", "summary"),
    [
        (FIREFOX, "Firefox 145 on Linux"),
        (CHROME, "Chrome 140 on Windows"),
        (SAFARI, "Safari 18 on iPhone"),
        (EDGE, "Edge 140 on Windows"),
        ("curl/8.5.0", "curl 8"),
        ("Mozilla/5.0 (Linux; Android 15)", "Android"),
        ("", ""),
        (None, ""),
        ("something else", ""),
    ],
)
def test_browsers_are_named_with_their_system(header: str | None, summary: str) -> None:
    assert summarize(header) == summary


def test_a_summary_is_short_whatever_the_header() -> None:
    assert len(summarize("Firefox/" + "9" * 5000 + " Linux")) <= 100
