"""Every link of a record or draft leads to an endpoint that is there, whichever plugins are on."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

PLUGINS: Final = (
    *("sharing", "embargo", "datacite", "quota", "requests", "access-requests", "deletion-requests", "communities"),
    *("curation", "oaipmh", "signposting", "exports", "notifications"),
)
#: What InvenioRDM's JSON names of these plugins.
OF_PLUGINS: Final = {
    "access", "access_request", "access_links", "access_grants", "access_users", "access_groups", "communities",
    "communities-suggestions", "request_deletion", "quota_increase", "requests",
}  # fmt: skip
METHODS: Final = ("GET", "POST", "PUT")


def unknown(app: Any, links: dict[str, str], number: str) -> list[str]:
    """The links for which there is no route by any method, or that a GET does not find."""
    adapter, found = app.url_map.bind("localhost"), []
    for name, address in links.items():
        if "doi.org" in address:
            continue
        for method in METHODS:
            try:
                adapter.match(urlsplit(address).path, method=method)
            except NotFound:
                found.append(f"{number}: {name}")
                break
            except (RequestRedirect, MethodNotAllowed):
                continue
    return found


@pytest.mark.plugins(*PLUGINS)
@pytest.mark.any_database
@pytest.mark.hook("register_json_links")
def test_records_and_drafts_name_what_plugins_do_with_them(app: Any, api: Any, ada: Any, make_draft: Any) -> None:
    draft = api.as_(ada).get(f"/api/records/{make_draft(files={'a.csv': b'a'}).id}/draft").json
    record = api.as_(ada).post(f"/api/records/{draft['id']}/draft/actions/publish").json
    assert record["links"].keys() >= OF_PLUGINS
    assert draft["links"].keys() & OF_PLUGINS == OF_PLUGINS - {"access_request", "request_deletion"}
    assert "review" in draft["links"]
    for one in (record, draft):
        assert unknown(app, one["links"], one["id"]) == []


@pytest.mark.plugins(*PLUGINS)
def test_what_is_read_by_get_is_found_by_who_owns_it(api: Any, ada: Any, make_draft: Any, make_record: Any) -> None:
    posted = {"publish", "access_request", "request_deletion", "quota_increase", "reserve_doi", "review", "draft"}
    posted.add("file_modification")
    number, record = make_draft().id, make_record("Second").id
    for links in (
        api.as_(ada).get(f"/api/records/{number}/draft").json["links"],
        api.as_(ada).get(f"/api/records/{record}").json["links"],
    ):
        is_draft = "publish" in links
        for name, address in links.items():
            path = urlsplit(address).path
            if name in posted or not path.startswith("/api/") or (is_draft and name in ("record", "versions")):
                continue
            answer = api.as_(ada).get(path)
            assert answer.status_code in (200, 301, 302, 400), (name, path, answer.json)


@pytest.mark.parametrize("alone", [(), ("sharing",), ("quota",), ("requests",), ("requests", "quota")], ids=" ".join)
def test_nothing_is_named_of_what_is_off(
    alone: tuple[str, ...], open_repository: Any, make_record: Any, repository: Any, administrator: Any
) -> None:
    number = make_record().id
    for name in alone:
        repository.plugins.enable(name, administrator.actor)
    own = repository.successor().records.read(administrator.actor, number).data["links"].keys() & OF_PLUGINS
    expected = {
        ("sharing",): {"access_links", "access_grants", "access_users", "access_groups"},
        ("requests",): {"requests"},
        ("requests", "quota"): {"requests", "quota_increase"},
    }
    assert own == expected.get(alone, set())
