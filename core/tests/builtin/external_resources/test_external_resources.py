"""Where else a work is: named beside the record when it is at a place that people know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.builtin.external_resources.places import places_of


def related(identifier: str, relation: str = "issupplementto", scheme: str = "url") -> dict[str, Any]:
    return {"identifier": identifier, "scheme": scheme, "relation_type": {"id": relation}}


def named(*entries: dict[str, Any], **sections: Any) -> list[tuple[str, str]]:
    found = places_of({"metadata": {"related_identifiers": list(entries)}, **sections})
    return [(place.name, place.what) for place in found]


SWHID = "swh:1:dir:0b6959356d30f1a4e9b7f6bca59b9a336464c03d"


def test_places_are_known_by_host_and_scheme() -> None:
    assert named(
        related("https://github.com/owner/tool/tree/v1.0"),
        related("https://www.gitlab.example.org/a/b", "isderivedfrom"),
        related("https://gitlab.example.org/a/b", "isderivedfrom"),
        related(f"{SWHID};origin=https://github.com/owner/tool", "isidenticalto", "swh"),
        related("2101.00001", "isversionof", "arxiv"),
    ) == [
        ("GitHub", "owner/tool/tree/v1.0"),
        ("GitLab", "a/b"),
        ("GitLab", "a/b"),
        ("Software Heritage", SWHID),
        ("arXiv", "arXiv:2101.00001"),
    ]


def test_the_repository_of_software_comes_first_and_once() -> None:
    again = related("https://github.com/owner/tool")
    custom = {"code:codeRepository": "https://github.com/owner/tool"}
    assert named(again, custom_fields=custom) == [("GitHub", "owner/tool")]


@pytest.mark.parametrize(
    "entry",
    [
        related("https://github.com/owner/tool", "references"),
        related("https://elsewhere.example/x"),
        related("https://evilgithub.com/x"),
        related("https://github.com.evil.example/x"),
        related("javascript:alert('https://github.com/x')"),
        related("https://[github.com/x"),
        related("10.1234/x", scheme="doi"),
        {"identifier": "https://github.com/x", "relation_type": None},
    ],
)
def test_what_is_only_cited_or_nowhere_known_is_left_out(entry: dict[str, Any]) -> None:
    assert named(entry) == []


def test_the_box_stands_beside_the_record(client: Any, make_record: Callable[..., Any]) -> None:
    named_somewhere = make_record(metadata={"related_identifiers": [related("https://github.com/o/x")]})
    page = client.get(f"/records/{named_somewhere.id}").text
    assert '<h2 id="elsewhere">Elsewhere</h2>' in page
    assert '<a href="https://github.com/o/x" rel="noopener">GitHub</a>' in page
    assert client.get(f"/records/{named_somewhere.id}").text == page
    assert 'id="elsewhere"' not in client.get(f"/records/{make_record().id}").text
