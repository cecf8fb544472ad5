"""Pages as a visitor's browser gets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from muniment.access.actor import SYSTEM

Make = Callable[..., Any]


def _page(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "text/html; charset=utf-8"
    text: str = answer.get_data(as_text=True)
    assert "<h1" in text
    return text


def test_an_empty_repository_says_so_and_what_to_do(client: Any) -> None:
    page = _page(client, "/")
    assert "Nothing has been published here yet" in page
    assert 'href="/login"' in page
    assert "Nothing has been published here yet" in _page(client, "/search")


def test_the_front_page_shows_what_was_published_last(client: Any, make_record: Make) -> None:
    make_record(title="Older work")
    make_record(title="Newer work")
    page = _page(client, "/")
    assert page.index("Newer work") < page.index("Older work")
    assert "Search 2 records" in page
    assert re.search(r'href="/search\?resource_type=dataset"', page)


def test_results_can_be_filtered_and_filters_removed(client: Any, make_record: Make) -> None:
    make_record(title="Drift of sea ice")
    make_record(title="Drift of continents", metadata={"resource_type": {"id": "software"}})
    page = _page(client, "/search?q=drift")
    assert "2 records" in page
    assert '<a href="/search?q=drift&amp;resource_type=software" rel="nofollow"' in page
    filtered = _page(client, "/search?q=drift&resource_type=software")
    assert "1 record<" in filtered
    assert "continents" in filtered
    assert "sea ice" not in re.sub(r"<aside.*?</aside>|<details.*?</details>", "", filtered, flags=re.DOTALL)
    assert re.search(r'class="chip active" href="/search\?q=drift"', filtered)
    assert "<mark>" in filtered


def test_a_search_that_cannot_be_understood_is_explained_in_the_page(client: Any) -> None:
    page = _page(client, "/search?q=%22sea", 400)
    assert "This search could not be understood" in page
    assert 'value="&#34;sea"' in page
    assert 'role="alert"' in page


def test_a_search_without_results_gives_hints(client: Any, make_record: Make) -> None:
    make_record()
    page = _page(client, "/search?q=nonexistent&resource_type=dataset")
    assert "No record matches" in page
    assert 'href="/search?q=nonexistent">Search without the filters' in page


@pytest.mark.parametrize(
    "arguments", ["page=0", "page=x", "size=-1", "size=99999999999999999999", "page=99999", "f=:", "q=%00", "sort="]
)
def test_odd_addresses_of_searches_still_give_a_page(client: Any, arguments: str) -> None:
    _page(client, f"/search?{arguments}")


def test_an_unknown_order_is_explained(client: Any) -> None:
    assert "nonsense" in _page(client, "/search?sort=nonsense", 400)


def test_the_record_page_begins_with_its_title(client: Any, make_record: Make) -> None:
    record = make_record(files={"data/2024/a.csv": b"x,y\n1,2\n", "README.txt": b"Read <me>"})
    page = _page(client, f"/records/{record.id}")
    main = page[page.index("<main") :]
    assert (
        main.index("<h1>Hourly sea-ice drift vectors</h1>")
        < main.index("Ngozi Adeyemi")
        < main.index("Cite this version")
    )
    assert 'href="https://orcid.org/0000-0002-1825-0097"' in main
    assert "Institute of Polar Studies" in main
    assert '<span class="folder-name">data</span>' in main
    assert f"/records/{record.id}/files/data/2024/a.csv?download=1" in main
    assert "Read &lt;me&gt;" in main
    assert "Adeyemi, N. (2026)" in main
    assert "CC BY 4.0" in main
    assert f'<link rel="canonical" href="http://localhost:5000/records/{record.id}">' in page


def test_every_file_link_of_a_page_works(client: Any, make_record: Make) -> None:
    record = make_record(files={"a b/ü#?.csv": b"x,y\n1,2\n", "paper.pdf": b"%PDF-1.4\n", "c.txt": b"text"})
    page = _page(client, f"/records/{record.id}")
    links = set(re.findall(rf'href="(/records/{record.id}/(?:files|preview|files-archive|export)[^"]*)"', page))
    assert len(links) > 6
    for link in links:
        with client.get(link.replace("&amp;", "&")) as answer:
            assert answer.status_code == 200, link


def test_a_restricted_record_is_closed_to_visitors_and_open_to_its_owner(
    client: Any, make_record: Make, sign_in: Make, ada: Any
) -> None:
    record = make_record(title="Hidden title", record_access="restricted", files_access="restricted")
    page = _page(client, f"/records/{record.id}", 403)
    assert "Hidden title" not in page
    assert f'href="/login?next=/records/{record.id}"' in page
    sign_in(client, ada)
    assert "Only people with permission can see this record" in _page(client, f"/records/{record.id}")


def test_restricted_files_are_told_but_not_named(client: Any, make_record: Make) -> None:
    record = make_record(files={"secret-name.txt": b"x"}, files_access="restricted")
    page = _page(client, f"/records/{record.id}")
    assert "open to people with permission only" in page
    assert "secret-name" not in page


def test_a_deleted_record_leaves_a_tombstone(client: Any, repository: Any, make_record: Make) -> None:
    record = make_record(title="Withdrawn title")
    tombstone = {"removal_reason": {"id": "retracted"}, "note": "At the <b>authors'</b> request.", "is_visible": True}
    repository.records.delete(SYSTEM, record.id, tombstone)
    page = _page(client, f"/records/{record.id}", 410)
    assert "This record was withdrawn" in page
    assert "Retraction or withdrawal of a record" in page
    assert "At the &lt;b&gt;authors&#39;&lt;/b&gt; request." in page
    assert "noindex" in page


def test_the_id_of_all_versions_and_latest_lead_to_the_newest(
    client: Any, repository: Any, make_record: Make, ada: Any
) -> None:
    first = make_record()
    draft = repository.records.new_version(ada.actor, first.id)
    second = repository.records.publish(ada.actor, draft.id)
    for address in (f"/records/{first.parent_id}", f"/records/{first.id}/latest"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/records/{second.id}")
    old, new = _page(client, f"/records/{first.id}"), _page(client, f"/records/{second.id}")
    assert "There is a newer version" in old
    assert "There is a newer version" not in new
    assert f'<li aria-current="true"><a href="/records/{second.id}">' in new
    assert f'href="/records/{first.id}"' in new


def test_a_record_that_is_alone_is_one_read(client: Any, make_record: Make, sql_statements: list[str]) -> None:
    record = make_record()
    client.get(f"/records/{record.id}")
    sql_statements.clear()
    client.get(f"/records/{record.id}")
    reads = [statement for statement in sql_statements if statement.lstrip().upper().startswith("SELECT")]
    # Once a second somebody looks whether the vocabularies have changed.
    assert len([statement for statement in reads if "FROM vocabularies" not in statement]) == 1


def test_a_draft_is_shown_to_its_owner_only_with_what_is_missing(
    client: Any, repository: Any, sign_in: Make, ada: Any, grace: Any
) -> None:
    draft = repository.records.create(ada.actor, {"metadata": {"title": "Unfinished", "description": "<p>x"}})
    address = f"/records/{draft.id}?preview=1"
    assert "Unfinished" not in _page(client, address, 403)
    sign_in(client, ada)
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "private, no-store"
    page = answer.get_data(as_text=True)
    assert "Unfinished" in page
    assert "It has not been published" in page
    assert "noindex" in page
    assert 'value="Unfinished"' in _page(client, f"/uploads/{draft.id}")


def test_a_file_can_be_read_in_a_page(client: Any, make_record: Make) -> None:
    record = make_record(files={"t/a.csv": b"name;value\n<b>;2\n", "b.bin": b"\x00\x01"})
    page = _page(client, f"/records/{record.id}/preview/t/a.csv")
    assert '<th scope="col">name</th>' in page
    assert "<td>&lt;b&gt;</td>" in page
    assert "cannot be shown in a page" in _page(client, f"/records/{record.id}/preview/b.bin")
    _page(client, f"/records/{record.id}/preview/none.csv", 404)


def test_metadata_can_be_saved(client: Any, make_record: Make) -> None:
    record = make_record()
    answer = client.get(f"/records/{record.id}/export/json")
    assert answer.json["id"] == record.id
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{record.id}.json"'


def test_identifiers_lead_to_records(client: Any, make_record: Make) -> None:
    record = make_record(pids={"doi": {"identifier": "10.1234/Foo.Bar", "provider": "external"}})
    for address in ("/doi/10.1234/foo.bar", "/doi/10.1234/FOO.BAR"):
        assert client.get(address).headers["Location"] == f"/records/{record.id}"
    _page(client, "/doi/10.1234/none", 404)


@pytest.mark.parametrize(
    "address", ["/records/999999", "/records/none", "/records/-1", "/records/%00", "/records/..%2f..", "/nowhere"]
)
def test_what_is_not_there_is_a_helpful_page(client: Any, address: str) -> None:
    status = client.get(address).status_code
    assert status in (400, 404)
    if status == 404:
        assert "There is nothing here" in _page(client, address, 404)


def test_my_uploads_are_my_own(
    client: Any, repository: Any, make_record: Make, sign_in: Make, ada: Any, grace: Any
) -> None:
    assert client.get("/me/uploads").headers["Location"] == "/login?next=/me/uploads"
    make_record(title="Published by Ada")
    repository.records.create(ada.actor, {"metadata": {"title": "Draft by Ada"}})
    sign_in(client, grace)
    assert "You have not deposited anything yet" in _page(client, "/me/uploads")
    other = client.application.test_client()
    sign_in(other, ada)
    page = _page(other, "/me/uploads")
    assert "Published by Ada" in page
    assert "Draft by Ada" in page
    assert "Ada Lovelace" in page
    assert "Draft by Ada" not in _page(other, "/me/uploads?q=published")


def test_licences_of_what_is_served_are_shown(client: Any) -> None:
    page = _page(client, "/licences")
    for name in ("Inter", "Source Serif 4", "Lucide", "SIL OPEN FONT LICENSE"):
        assert name in page


def test_every_example_of_the_search_help_can_be_searched(client: Any, make_record: Make) -> None:
    make_record()
    page = _page(client, "/help/search")
    links = re.findall(r'<td><a href="([^"]+)"', page)
    assert len(links) > 12
    for link in links:
        _page(client, link.replace("&amp;", "&"))


@pytest.mark.parametrize("address", ["/", "/search", "/licences", "/help/search", "/nowhere"])
def test_public_pages_set_no_cookie_and_allow_nothing_inline(client: Any, address: str) -> None:
    answer = client.get(address)
    assert "Set-Cookie" not in answer.headers
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=", answer.get_data(as_text=True))


def test_the_account_menu_is_for_those_signed_in(client: Any, sign_in: Make, ada: Any) -> None:
    assert "Sign out" not in _page(client, "/help/search")
    sign_in(client, ada)
    page = _page(client, "/help/search")
    assert "Ada Lovelace" in page
    token = re.search(r'action="/logout"><input type="hidden" name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    answer = client.post("/logout", data={"csrf_token": token[1]}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303
    assert "Ada Lovelace" not in _page(client, "/help/search")
