"""Restricted means restricted: every route of the core and of all plugins, asked by those who may not see a record, and
by those to whom it was shared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from werkzeug.routing import BuildError

from muniment.api import Repository
from muniment_communities.api import Community, CommunityService
from muniment_curation.reviews import ReviewService

PLUGINS: Final = (
    *("sharing", "exports", "oaipmh", "signposting", "embargo", "openaire", "importers", "datacite"),
    *("requests", "access-requests", "deletion-requests", "quota", "communities", "curation", "notifications"),
    *("oidc", "oauth-server", "mfa", "support", "internal-notes"),
)
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
    "/communities/{slug}?q={word}",
    "/communities/{slug}/requests?q={word}",
    "/api/communities/{slug}/records?q={word}",
    "/api/communities/{slug}/requests?q={word}",
    "/api/requests?q={word}",
    "/me/requests?q={word}",
)


@dataclass(frozen=True)
class Place:
    """A restricted record and what else is hidden with it."""

    record: Any
    community: Community
    draft: str
    request: str

    def numbers(self, rule: str) -> tuple[str, ...]:
        """What stands for the ids in a rule."""
        if rule.startswith(("/communities", "/api/communities")):
            return (self.community.id,)
        if rule.startswith(("/me/requests", "/api/requests")):
            return (self.request,)
        return (self.record.id, self.draft) if "draft" in rule or rule.startswith("/uploads") else (self.record.id,)


@pytest.fixture
def record(repository: Any, make_record: Any, ada: Any) -> Any:
    make_record("Something public")
    hidden = make_record(TITLE, record_access="restricted", files_access="restricted", files={FILE: b"a,b\n1,2\n"})
    repository.records.edit(ada.actor, hidden.id)
    return hidden


@pytest.fixture
def place(repository: Repository, record: Any, make_draft: Any, make_user: Any, ada: Any) -> Place:
    """Where else it stands: in a community that anybody may see, beside a draft of the same name under review."""
    communities, reviews = CommunityService(repository), ReviewService(repository)
    olga = make_user("olga@example.org")
    polar = communities.create(olga.actor, {"slug": "polar", "metadata": {"title": "Polar research"}})
    draft = make_draft(TITLE)
    reviews.choose(ada.actor, draft.id, polar.id)
    request = reviews.submit(ada.actor, draft.id)
    with repository.database.write() as unit:
        communities.records.link(unit, ada.actor, repository.records.parent_number_of(record.id), polar.id)
    communities.records.wait(unit)
    return Place(record, polar, draft.id, request.id)


def addresses(app: Any, place: Place) -> Iterator[str]:
    """The addresses of each route that is read: where it takes an id, with those of all that is hidden."""
    names = {"key": FILE, "filename": FILE, "path": FILE, "format": "json", "name": "json", "scheme": "doi"}
    names |= {"_kind": "doi", "kind": "atom", "slug": place.community.slug}
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        own = {**names, **(rule.defaults or {})}
        for number in place.numbers(rule.rule):
            # Some take no id of a record: those of other things, which have numbers and UUIDs.
            given = ({**dict.fromkeys(rule.arguments, one), **own} for one in (number, "1", place.request))
            built = next(filter(None, (_built(adapter, rule, values) for values in given)), "")
            assert built, f"{rule} was asked about nothing"
            yield built
    for address in LISTS:
        yield address.format(word=WORD, id=place.record.id, parent=place.record.parent_id, slug=names["slug"])


def _built(adapter: Any, rule: Any, values: dict[str, str]) -> str:
    """The address of a rule, "" when its converters take no such id."""
    try:
        return str(adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, method="GET"))
    except (BuildError, ValueError, KeyError):
        return ""


def told(answer: Any) -> list[str]:
    text = answer.get_data().decode("utf-8", "replace").replace("<mark>", "").replace("</mark>", "")
    return [word for word in (TITLE, FILE) if word in text]


def leaks(client: Any, app: Any, place: Place, headers: dict[str, str] | None = None) -> list[tuple[str, list[str]]]:
    found = []
    for address in addresses(app, place):
        answer = client.get(address, headers=headers or {})
        assert answer.status_code < 500, address
        # What was asked for is said again by pages that do not find it.
        words = [word for word in told(answer) if not (word == FILE and FILE in address)]
        if words:
            found.append((address, words))
    return found


def test_outsiders_learn_nothing_anywhere(
    app: Any,
    client: Any,
    panel_of: Any,
    repository: Any,
    grace: Any,
    ada: Any,
    record: Any,
    place: Place,
    make_record: Any,
) -> None:
    """Neither title nor file names of a record that is closed, in no format and in no list (CVE-2022-31190)."""
    sharing = next(plugin.plugin.sharing for plugin in repository.generation.plugins if plugin.name == "sharing")
    other = make_record("Another", record_access="restricted")
    foreign = sharing.links.create(ada.actor, other.id, {"permission": "edit"})
    asked = list(addresses(app, place))
    assert len(asked) > 100
    assert leaks(client, app, place) == []
    client.get(f"/records/{other.id}?token={foreign.token}")
    assert leaks(client, app, place) == []
    assert leaks(panel_of(grace).client, app, place) == []


def test_who_has_access_sees_it_and_nobody_after_that(
    app: Any, client: Any, panel_of: Any, repository: Any, grace: Any, ada: Any, record: Any, place: Place
) -> None:
    sharing = next(plugin.plugin.sharing for plugin in repository.generation.plugins if plugin.name == "sharing")
    link = sharing.links.create(ada.actor, record.id, {"permission": "view"})
    client.get(f"/records/{record.id}?token={link.token}")
    invited = {"permission": "view", "subject": {"type": "email", "id": grace.email}}
    sharing.grants.create(ada.actor, record.id, {"grants": [invited]})
    browser = panel_of(grace).client
    for reader in (client, browser):
        seen = {address for address, _ in leaks(reader, app, place)}
        assert {f"/records/{record.id}", f"/api/records/{record.id}", f"/search?q={WORD}"} <= seen
        assert not any("draft" in address or "preview=1" in address for address in seen)
        assert not any(address.startswith(("/oai2d", "/feeds", "/sitemap", "/control")) for address in seen)
    with app.test_client() as outsider:
        assert leaks(outsider, app, place) == []
    sharing.links.revoke(ada.actor, record.id, link.id)
    sharing.grants.revoke(ada.actor, record.id, "user", str(grace.subject))
    for reader in (client, browser):
        assert leaks(reader, app, place) == []
