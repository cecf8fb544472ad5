"""Restricted means restricted: every route of the core and of all plugins, asked by those who may not see a record, and
by those to whom it was shared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

PLUGINS: Final = ("sharing", "exports", "oaipmh", "signposting", "embargo", "openaire", "importers", "datacite")
pytestmark = [pytest.mark.plugins(*PLUGINS), pytest.mark.any_database]

TITLE, WORD, FILE = "Zyzzyva survey", "zyzzyva", "weevils.csv"
#: Lists of everything that anybody may ask, beyond the routes with their defaults.
LISTS: Final = (
    "/search?q={word}",
    "/search?q=parent.id:{parent}&allversions=true",
    "/api/records?q={word}&allversions=true&include_deleted=true&sort=oldest",
    "/api/records?suggest=zyzz",
    "/api/records/{id}/versions?allversions=true",
    "/api/user/records?q={word}",
    "/api/user/records?shared_with_me=true",
    "/me/uploads?q={word}",
    "/me/shared?q={word}",
    "/oai2d?verb=ListRecords&metadataPrefix=oai_dc",
    "/oai2d?verb=ListIdentifiers&metadataPrefix=oai_dc",
    "/oai2d?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:{id}",
    "/records/{id}?preview=1",
    "/records/{parent}",
    "/api/records/{parent}",
)


@pytest.fixture
def record(repository: Any, make_record: Any, ada: Any) -> Any:
    make_record("Something public")
    hidden = make_record(TITLE, record_access="restricted", files_access="restricted", files={FILE: b"a,b\n1,2\n"})
    repository.records.edit(ada.actor, hidden.id)
    return hidden


def addresses(app: Any, record: Any) -> Iterator[str]:
    """One address for each route that is read: all that take an id get that of the record."""
    names = {"key": FILE, "filename": FILE, "path": FILE, "format": "json", "name": "json", "scheme": "doi"}
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        values = {name: names.get(name, record.id) for name in rule.arguments}
        try:
            yield adapter.build(rule.endpoint, values, method="GET")
        except Exception:  # noqa: BLE001 - a converter that takes no id takes none of a record
            continue
    for address in LISTS:
        yield address.format(word=WORD, id=record.id, parent=record.parent_id)


def told(answer: Any) -> list[str]:
    text = answer.get_data().decode("utf-8", "replace").replace("<mark>", "").replace("</mark>", "")
    return [word for word in (TITLE, FILE) if word in text]


def leaks(client: Any, app: Any, record: Any, headers: dict[str, str] | None = None) -> list[tuple[str, list[str]]]:
    found = []
    for address in addresses(app, record):
        answer = client.get(address, headers=headers or {})
        assert answer.status_code < 500, address
        # What was asked for is said again by pages that do not find it.
        words = [word for word in told(answer) if not (word == FILE and FILE in address)]
        if words:
            found.append((address, words))
    return found


def test_outsiders_learn_nothing_anywhere(
    app: Any, client: Any, panel_of: Any, repository: Any, grace: Any, ada: Any, record: Any, make_record: Any
) -> None:
    sharing = next(plugin.plugin.sharing for plugin in repository.generation.plugins if plugin.name == "sharing")
    other = make_record("Another", record_access="restricted")
    foreign = sharing.links.create(ada.actor, other.id, {"permission": "edit"})
    asked = list(addresses(app, record))
    assert len(asked) > 100
    assert leaks(client, app, record) == []
    client.get(f"/records/{other.id}?token={foreign.token}")
    assert leaks(client, app, record) == []
    assert leaks(panel_of(grace).client, app, record) == []


def test_who_has_access_sees_it_and_nobody_after_that(
    app: Any, client: Any, panel_of: Any, repository: Any, grace: Any, ada: Any, record: Any
) -> None:
    sharing = next(plugin.plugin.sharing for plugin in repository.generation.plugins if plugin.name == "sharing")
    link = sharing.links.create(ada.actor, record.id, {"permission": "view"})
    client.get(f"/records/{record.id}?token={link.token}")
    invited = {"permission": "view", "subject": {"type": "email", "id": grace.email}}
    sharing.grants.create(ada.actor, record.id, {"grants": [invited]})
    browser = panel_of(grace).client
    for reader in (client, browser):
        seen = {address for address, _ in leaks(reader, app, record)}
        assert {f"/records/{record.id}", f"/api/records/{record.id}", f"/search?q={WORD}"} <= seen
        assert not any("draft" in address or "preview=1" in address for address in seen)
        assert not any(address.startswith(("/oai2d", "/feeds", "/sitemap", "/control")) for address in seen)
    with app.test_client() as outsider:
        assert leaks(outsider, app, record) == []
    sharing.links.revoke(ada.actor, record.id, link.id)
    sharing.grants.revoke(ada.actor, record.id, "user", str(grace.subject))
    for reader in (client, browser):
        assert leaks(reader, app, record) == []
