"""Redirect targets: only paths of this site, read as browsers read them."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.web.local_path import local_path


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/records/12",
        "/search?q=a%20b&page=2",
        "/records/12#files",
        "/account/settings/profile?done=saved",
        "/a/b.c/~d",
    ],
)
def test_paths_of_this_site_are_taken(path: str) -> None:
    assert local_path(path, "/elsewhere") == path


def test_letters_of_other_scripts_are_encoded() -> None:
    assert local_path("/search?q=深海") == "/search?q=%E6%B7%B1%E6%B5%B7"


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "records/12",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\n/evil.example",
        " //evil.example",
        "/ /evil.example",
        "/%09/evil.example",
        "/%0a/evil.example",
        "/%2fevil.example",
        "/%2F%2Fevil.example",
        "/%5cevil.example",
        "/%5C/evil.example",
        "https://evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example\\@repo.example",
        "/records/../../evil",
        "/./records",
        "/a\x00b",
        "/a b",
        "/<script>",
        '/"onmouseover="x',
        "/a\u2028b" + "x" * 5000,
        "/%00/evil.example",
        "/\u0000",
        "/..",
        "/%2f%2fevil.example/..",
    ],
)
def test_anything_else_leads_to_the_default_cve_2023_49438_cve_2021_32618_cve_2024_45399(target: str | None) -> None:
    assert local_path(target, "/home") == "/home"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_no_text_leads_to_another_host(text: str) -> None:
    target = local_path(text)
    parts = urlsplit(target)
    assert target.startswith("/")
    assert not parts.scheme
    assert not parts.netloc
    assert target.isascii()
    assert not set(target) & set('\\\t\r\n "<>')
