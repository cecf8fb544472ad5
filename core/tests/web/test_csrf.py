"""The two defences against requests that other sites make."""

from __future__ import annotations

import pytest

from muniment.web.csrf import comes_from_this_site, form_token, normalize_origin, token_matches

OWN = ("https://repo.example.org", "http://localhost:5000")


@pytest.mark.parametrize(
    ("fetch_site", "origin", "trusted"),
    [
        ("same-origin", None, True),
        ("same-origin", "https://evil.example", True),  # browsers set the first header, pages cannot
        ("same-site", "https://repo.example.org", False),
        ("cross-site", "https://repo.example.org", False),
        ("none", None, False),
        ("", "https://repo.example.org", False),
        (None, "https://repo.example.org", True),
        (None, "https://REPO.example.org:443", True),
        (None, "http://localhost:5000", True),
        (None, "http://repo.example.org", False),
        (None, "https://repo.example.org.evil.example", False),
        (None, "https://repo.example.org:8443", False),
        (None, "null", False),
        (None, "", False),
        (None, None, False),
    ],
)
def test_only_pages_of_this_site_are_trusted(fetch_site: str | None, origin: str | None, trusted: bool) -> None:
    assert comes_from_this_site(fetch_site, origin, OWN) is trusted


@pytest.mark.parametrize(
    "nonsense", ["null", "", "https://", "https://[::1", "https://host:port", "file:///etc/passwd", "host"]
)
def test_nonsense_is_no_origin_and_never_ours(nonsense: str) -> None:
    assert normalize_origin(nonsense) == ""
    assert not comes_from_this_site(None, nonsense, ["", nonsense])


def test_a_token_belongs_to_one_secret_and_does_not_reveal_it() -> None:
    token = form_token("secret of a session")
    assert token_matches("secret of a session", token)
    assert not token_matches("another secret", token)
    assert "secret" not in token


@pytest.mark.parametrize(
    ("secret", "token"), [(None, "x"), ("", form_token("")), ("s", None), ("s", ""), ("s", "\ud800"), ("s", "ä")]
)
def test_missing_and_odd_tokens_do_not_match(secret: str | None, token: str | None) -> None:
    assert not token_matches(secret, token)
