"""The end of a community, its return, its log, and what operators and harvesters see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from muniment.api import ANONYMOUS, SYSTEM, Gone, InvalidRequest, PermissionDenied, hook
from muniment.testing.commanding import RunCommand
from muniment_communities import log
from muniment_communities.sets import CommunitySets

pytestmark = pytest.mark.plugins("communities", "requests")


def shown(repository: Any, record: Any) -> Any:
    return repository.records.read(ANONYMOUS, record.id).data["parent"]["communities"]


def test_records_stay_when_their_community_goes_and_it_can_come_back(
    communities: Any, found: Any, ada: Any, grace: Any, put: Any, make_record: Any, repository: Any, make_user: Any
) -> None:
    polar = found(member_policy="open")
    record = make_record("Tides")
    put(record, polar)
    asked = communities.joining.ask(grace.actor, polar)
    with pytest.raises(PermissionDenied):
        communities.lifecycle.delete(grace.actor, "polar")
    communities.lifecycle.delete(ada.actor, "polar", {"note": "Merged"})
    repository.deliveries.run_until_idle()
    with pytest.raises(Gone) as gone:
        communities.get(ada.actor, "polar")
    assert gone.value.tombstone["note"] == "Merged"
    assert shown(repository, record) == {}
    assert communities.requests.get(grace.actor, asked.id).status == "cancelled"
    moderator = make_user("mod@example.org", roles=["moderator"])
    with pytest.raises(PermissionDenied):
        communities.lifecycle.restore(ada.actor, "polar")
    communities.lifecycle.restore(moderator.actor, "polar")
    with pytest.raises(InvalidRequest):
        communities.lifecycle.restore(moderator.actor, "polar")
    repository.deliveries.run_until_idle()
    assert shown(repository, record)["ids"] == [polar.id]
    assert communities.can(ada.actor, polar, "own")


def test_owners_delete_it_on_a_page(panel_of: Any, ada: Any, polar: Any, client: Any) -> None:
    browser = panel_of(ada)
    browser.get("/communities/polar/delete")
    assert 'href="#f-slug"' in browser.post("/communities/polar/delete", 422, slug="other")
    assert "The community is deleted" in browser.post("/communities/polar/delete", slug="Polar")
    assert client.get("/communities/polar").status_code == 410


def test_managers_read_what_was_done_for_five_months(
    communities: Any,
    polar: Any,
    ada: Any,
    grace: Any,
    join: Any,
    put: Any,
    make_record: Any,
    panel_of: Any,
    repository: Any,
) -> None:
    put(make_record("Tides"), polar, by=ada)
    join(polar, grace, "curator")
    with pytest.raises(PermissionDenied):
        communities.lifecycle.log(grace.actor, polar)
    page = panel_of(ada).get("/communities/polar/log")
    assert "put a record into the community" in page
    assert "Tides" in page
    assert [line.action for line in communities.lifecycle.log(ada.actor, polar)] == ["record_added", "created"]
    with repository.database.write() as unit:
        assert log.sweep(unit) == 0
        unit.now += timedelta(days=153)
        assert log.sweep(unit) == 2


@pytest.mark.hook("register_commands")
@pytest.mark.hook("disable_notices")
def test_operators_look_after_communities(
    run_command: RunCommand, communities: Any, polar: Any, grace: Any, repository: Any
) -> None:
    repository.hooks.contributions("register_commands")
    assert "pages of 1 community are gone" in repository.hooks.disable_notices()[0]
    assert "Polar research" in run_command("communities", "list").stdout
    assert run_command("communities", "verify", "polar").stdout == "Polar research is verified.\n"
    assert communities.get(ANONYMOUS, "polar").verified
    run_command("communities", "own", "polar", grace.email)
    assert communities.can(grace.actor, polar, "own")
    run_command("communities", "delete", "polar")
    assert run_command("communities", "restore", "polar").stdout == "Polar research is back.\n"


class HarvestingHooks:
    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def oaipmh_sets(self) -> list[Any]:
        """Offer sets of records, as the plugin of that name asks."""


class Harvesting:
    """Asks for sets, in place of a plugin that may be away."""

    Hooks = HarvestingHooks

    def __init__(self, context: Any) -> None:
        self.context = context


@pytest.mark.hook("oaipmh_sets")
@pytest.mark.hook("register_jobs")
def test_public_communities_are_sets(
    communities: Any, found: Any, put: Any, make_record: Any, repository: Any, fake_plugin: Any
) -> None:
    repository.hooks.contributions("register_jobs")
    polar = found()
    found("secret", "Secret", visibility="restricted")
    fake_plugin("oaipmh", plugin_class=Harvesting)
    repository.plugins.enable("oaipmh", SYSTEM)
    (offered,) = repository.successor().hooks.oaipmh_sets()
    assert (offered["spec"], offered["name"]) == ("community-polar", "Polar research")
    inside, outside = make_record("Tides"), make_record("Dunes")
    put(inside, polar)
    items = repository.records.items(
        ANONYMOUS, [repository.records.number_of(one.id) for one in (inside, outside)]
    ).values()
    members = offered["members"]
    assert members(list(items)) == {inside.id}
    sets = CommunitySets(communities)
    sets.offered()
    assert not sets.are_stale()
    communities.create(SYSTEM, {"slug": "new-one", "metadata": {"title": "New"}})
    assert sets.are_stale()
