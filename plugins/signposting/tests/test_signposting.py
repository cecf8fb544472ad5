"""Typed links, citation tags, sitemaps and feeds tell what is public, all of it, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from muniment.api import SYSTEM, RecordItem, Repository
from muniment_signposting import ranges
from muniment_signposting.links import LINKSET

pytestmark = pytest.mark.plugins("signposting")

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "</script><script>alert(1)</script> & \"'"


def links(header: str) -> list[tuple[str, str, str]]:
    """Relation, address and type of each link of a header."""
    found = re.findall(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?', header)
    return [(rel, href, kind) for href, rel, kind in found]


@pytest.mark.hook("record_links")
def test_a_page_says_what_belongs_to_it(client: FlaskClient, make_record: Callable[..., RecordItem]) -> None:
    record = make_record(files={"a.csv": b"1", "b.csv": b"2"})
    site = "http://localhost:5000"
    found = links(client.get(f"/records/{record.id}").headers["Link"])
    by_rel: dict[str, list[tuple[str, str]]] = {}
    for rel, href, kind in found:
        by_rel.setdefault(rel, []).append((href, kind))
    assert by_rel["cite-as"] == [(f"{site}/records/{record.id}", "")]
    assert [href for href, _ in by_rel["type"]] == ["https://schema.org/AboutPage", "https://schema.org/Dataset"]
    assert by_rel["author"] == [("https://orcid.org/0000-0002-1825-0097", "")]
    assert by_rel["license"] == [("https://creativecommons.org/licenses/by/4.0/", "")]
    assert len(by_rel["item"]) == 2
    assert by_rel["linkset"] == [(f"{site}/api/records/{record.id}", LINKSET)]
    for href, kind in by_rel["item"] + by_rel.get("describedby", []):
        answer = client.get(href.removeprefix(site))
        assert answer.status_code == 200
        assert answer.mimetype == kind
        back = links(answer.headers["Link"])
        targets = {href for rel, href, _ in back if rel in ("collection", "describes")}
        assert targets == {f"{site}/records/{record.id}"}
    assert ("describes", f"{site}/records/{record.id}", "text/html") in links(
        client.get(f"/api/records/{record.id}").headers["Link"]
    )


@pytest.mark.hook("register_representations")
def test_the_linkset_has_every_link(client: FlaskClient, make_record: Callable[..., RecordItem]) -> None:
    person = {"type": "personal", "family_name": "A", "given_name": "B"}
    creators = [
        {"person_or_org": {**person, "identifiers": [{"scheme": "orcid", "identifier": orcid}]}}
        for orcid in ("0000-0002-1825-0097", "0000-0001-5109-3700")
    ]
    files = {f"{number}.txt": b"x" for number in range(25)}
    record = make_record(metadata={"creators": creators}, files=files)
    answer = client.get(f"/api/records/{record.id}", headers={"Accept": LINKSET})
    assert answer.mimetype == LINKSET
    first, *others = json.loads(answer.data)["linkset"]
    assert first["anchor"] == f"http://localhost:5000/records/{record.id}"
    assert (len(first["item"]), len(first["author"])) == (25, 2)
    assert sum("collection" in context for context in others) == 25
    shown = links(client.get(f"/records/{record.id}").headers["Link"])
    assert "item" not in {rel for rel, _, _ in shown}


@pytest.mark.hook("render_slot")
def test_the_head_has_citation_tags(client: FlaskClient, make_record: Callable[..., RecordItem]) -> None:
    record = make_record(f"Ice {HOSTILE}", files={"paper é.pdf": b"%PDF-1.4"})
    page = client.get(f"/records/{record.id}").text
    assert '<meta name="citation_author" content="Adeyemi, Ngozi">' in page
    assert '<meta name="citation_publication_date" content="2026/05/14">' in page
    assert f'content="http://localhost:5000/records/{record.id}/files/paper%20%C3%A9.pdf"' in page
    assert "<script>alert" not in page
    assert '<link rel="alternate" type="application/atom+xml"' in page


@pytest.mark.plugins("exports")
def test_search_engines_find_json_ld_in_the_page(client: FlaskClient, make_record: Callable[..., RecordItem]) -> None:
    record = make_record(f"Ice {HOSTILE}")
    page = client.get(f"/records/{record.id}").text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    found = json.loads(block)
    assert found["@type"] == "Dataset"
    assert found["name"].startswith("Ice")
    assert "<" not in block
    assert client.get(f"/records/{record.id}").text == page


@pytest.mark.hook("register_blueprints")
def test_sitemaps_name_each_public_record_with_its_last_change(
    client: FlaskClient, repository: Repository, make_record: Callable[..., RecordItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "SIZE", 3)
    public = [make_record() for _ in range(3)]
    closed = make_record(record_access="restricted", files_access="restricted")
    gone = make_record()
    repository.records.delete(SYSTEM, gone.id, {})
    assert "Sitemap: http://localhost:5000/sitemap.xml" in client.get("/robots.txt").text
    index = ElementTree.fromstring(client.get("/sitemap.xml").data)
    found: dict[str, str] = {}
    for location in index.iter(f"{SITEMAP}loc"):
        answer = client.get(str(location.text).removeprefix("http://localhost:5000"))
        assert answer.status_code == 200, "the index names no file that is not there"
        for entry in ElementTree.fromstring(answer.data).iter(f"{SITEMAP}url"):
            address = str(entry.findtext(f"{SITEMAP}loc"))
            assert address not in found
            found[address] = str(entry.findtext(f"{SITEMAP}lastmod"))
    expected = {f"http://localhost:5000/records/{record.id}": record.data["updated"][:19] for record in public}
    assert {address: day[:19] for address, day in found.items() if address != "http://localhost:5000/"} == expected
    assert not any(address.endswith((f"/{closed.id}", f"/{gone.id}")) for address in found)
    assert client.get("/sitemap_999.xml").status_code == 404


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_feeds_have_the_newest_records_of_any_search(
    client: FlaskClient, repository: Repository, make_record: Callable[..., RecordItem], kind: str
) -> None:
    make_record(f"Ice {HOSTILE}")
    make_record("Fire")
    make_record("Secret ice", record_access="restricted", files_access="restricted")
    gone = make_record("Gone ice")
    repository.records.delete(SYSTEM, gone.id, {})
    answer = client.get(f"/feeds/records.{kind}")
    assert answer.mimetype == f"application/{kind}+xml"
    root = ElementTree.fromstring(answer.data)
    titles = [entry.text for entry in root.iter(f"{ATOM}title" if kind == "atom" else "title")]
    assert [title for title in titles if title and ("Fire" in title or "Ice" in title)] == ["Fire", titles[-1]]
    assert "ecret" not in answer.text
    assert "Gone" not in answer.text
    found = client.get(f"/feeds/records.{kind}?q=fire").text
    assert "Fire" in found
    assert "Ice" not in found
    assert f'href="/feeds/records.{kind}?q=fire"' in client.get("/search?q=fire").text


def test_nothing_is_told_of_what_is_closed_or_gone(
    client: FlaskClient, repository: Repository, make_record: Callable[..., RecordItem]
) -> None:
    closed = make_record(record_access="restricted", files_access="restricted")
    gone = make_record()
    repository.records.delete(SYSTEM, gone.id, {})
    for number, status in ((closed.id, 403), (gone.id, 410)):
        for path in (f"/records/{number}", f"/api/records/{number}"):
            for accept in ("*/*", LINKSET):
                answer = client.get(path, headers={"Accept": accept})
                assert answer.status_code == status
                assert "Link" not in answer.headers
                assert 'name="citation_' not in answer.text
