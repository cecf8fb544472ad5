"""Stored attacks in every text field (CVE-2019-1020005, CVE-2025-54384): rendered from JSON as bad as it can be,
as if nothing had been cleaned when it was stored."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import render_template

from muniment.web.ui.record_view import record_view, version_views
from muniment.web.ui.search_view import result_view
from muniment.web.ui.tombstone_view import tombstone_view

CORPUS = [
    "<script>pwned()</script>",
    "<img src=x onerror=pwned()>",
    '"><svg onload=pwned()>',
    "'><iframe src=javascript:pwned()>",
    "javascript:pwned()",
    "JaVaScRiPt:pwned()",
    "data:text/html,<script>pwned()</script>",
    'https://x.example/"onmouseover="pwned()',
    "</title><script>pwned()</script>",
    "{{ 7*7 }}{% raw %}",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=pwned()&gt;">',
    "<a href='https://ok.example' onclick=pwned()>x</a>",
    "\u202e\u0000<b>x",
]


#: What spreadsheets, TeX and those who set mathematics would make something of.
FORMULAS = [
    "=1+1",
    "@SUM(A1:A9)",
    "+cmd|' /c calc'!A1",
    '-2+3+HYPERLINK("https://x.example","x")',
    r"$E = mc^2$ $$\frac{1}{2}$$ \(a_1\) \[x\]",
    r"\input{/etc/passwd} \write18{id} 100% #1 ~ {",
]


class Words(HTMLParser):
    """Collects what is read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


class Inspector(HTMLParser):
    """Collects what could run: elements, event handlers, schemes of addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("iframe", "object", "embed", "base", "math", "style"):
            self.problems.append(f"<{tag}>")
        for name, value in attrs:
            text = re.sub(r"[\s\x00]", "", value or "").lower()
            if name.startswith("on") or name == "style" or name == "srcdoc":
                self.problems.append(f"{tag} {name}")
            if name in ("href", "src", "action", "formaction") and re.match(
                r"(?!https?:|mailto:)[a-z][a-z0-9+.-]*:", text
            ):
                self.problems.append(f"{tag} {name}={value}")
        if tag == "script" and not dict(attrs).get("src", "").startswith("/assets/"):
            self.problems.append("<script>")


def _inspect(html: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(html)
    return inspector.problems


@pytest.mark.parametrize("attack", CORPUS)
def test_no_text_of_a_record_becomes_active(
    app: Any, record: dict[str, Any], every_text: Callable[..., Any], attack: str
) -> None:
    replaced = every_text(record, lambda _text: attack)
    appended = every_text(record, lambda text: f"{text}{attack}")
    for data in (replaced, appended):
        data["files"]["entries"] = {
            f"{attack}.csv": {"size": 3, "checksum": attack, "mimetype": attack},
            f"a/{attack}/b.png": {"size": 1},
        }
        data["custom_fields"] = {f"x:{attack}": attack, **data["custom_fields"]}
        data["errors"] = [{"field": attack, "messages": [attack]}]
        with app.test_request_context("/records/1"):
            page = render_template(
                "records/page.html",
                record=record_view(data, "en", publisher=attack, preview=True),
                draft_preview=True,
                versions=version_views([data], "1", "en"),
                more_versions_href="/search",
                newest_href="/records/2",
                preview=None,
                canonical="/records/1",
            )
        assert _inspect(page) == []


def _unless(no_text: re.Pattern[str], texts: Iterator[str], text: str) -> str:
    return text if no_text.match(text) else next(texts)


def test_formulas_are_read_as_they_were_written(
    app: Any, record: dict[str, Any], every_text: Callable[..., Any]
) -> None:
    no_text = re.compile(r"\d{4}\b|(doi|orcid|other|ror|url)$")  # dates and names of schemes
    for formula in FORMULAS:
        marked = (f"{formula} §{number}§" for number in itertools.count())
        data = every_text(record, functools.partial(_unless, no_text, marked))
        with app.test_request_context("/records/1"):
            page = render_template(
                "records/page.html",
                record=record_view(data, "en", publisher=formula),
                versions=version_views([data], "1", "en"),
                canonical="/records/1",
            )
        assert _inspect(page) == []
        reader = Words()
        reader.feed(page)
        shown = set(re.findall(r"§\d+§", reader.text))
        assert len(shown) > 40
        assert set(re.findall(rf"{re.escape(formula)} (§\d+§)", reader.text)) == shown


@pytest.mark.parametrize("attack", CORPUS)
def test_no_text_of_a_result_a_tombstone_or_an_error_becomes_active(
    app: Any, record: dict[str, Any], every_text: Callable[..., Any], attack: str
) -> None:
    data = every_text(record, lambda text: f"{text}{attack}")
    highlights = {"title": f"<em>{attack}</em>", "description": attack}
    tombstone = tombstone_view(
        attack,
        {"note": attack, "citation_text": attack, "removal_reason": {"id": attack}, "removal_date": attack},
        "en",
    )
    with app.test_request_context("/"):
        pages = [
            render_template("front.html", newest=[result_view(data, "en", highlights)], kinds=[], total=1),
            render_template("records/tombstone.html", tombstone=tombstone),
            render_template(
                "error.html",
                status=400,
                message=attack,
                problems=[{"field": attack, "messages": [attack]}],
                error_id=attack,
            ),
        ]
    for page in pages:
        assert _inspect(page) == []


@pytest.mark.parametrize("attack", CORPUS)
def test_nothing_of_an_address_becomes_active(client: Any, attack: str) -> None:
    for name in ("q", "sort", "subject", "f", "lang", "size"):
        answer = client.get("/search", query_string={name: attack})
        assert answer.status_code in (200, 400)
        assert _inspect(answer.get_data(as_text=True)) == []
