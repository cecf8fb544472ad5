"""Communities that are part of another one."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import ANONYMOUS, Conflict, InvalidRequest, PermissionDenied

pytestmark = pytest.mark.plugins("communities", "requests")


def test_owners_ask_and_managers_of_the_other_decide(
    communities: Any, found: Any, ada: Any, grace: Any, api: Any, panel_of: Any, client: Any
) -> None:
    polar, ice = found(by=grace), found("ice", "Ice cores")
    with pytest.raises(InvalidRequest, match="no subcommunities"):
        communities.subcommunities.ask(ada.actor, polar, {"community_id": ice.id})
    sent = {"metadata": {"title": "Polar"}, "children": {"allow": True}}
    polar = communities.update(grace.actor, "polar", sent)
    with pytest.raises(PermissionDenied):
        communities.subcommunities.ask(grace.actor, polar, {"community_id": ice.id})
    mine = api.as_(ada)
    path = "/api/communities/polar/actions/join-request"
    assert mine.post(path, json={}).status_code == 400
    asked = mine.post(path, json={"community_id": ice.id})
    assert (asked.status_code, asked.json["topic"]) == (201, {"community": ice.id})
    assert mine.post(path, json={"community_id": ice.id}).status_code == 409
    accept = f"/api/requests/{asked.json['id']}/actions/accept"
    assert mine.post(accept).status_code == 403
    assert api.as_(grace).post(accept).status_code == 200
    assert mine.get("/api/communities/polar/subcommunities").json["hits"]["total"] == 1
    assert "Ice cores" in client.get("/communities/polar/subcommunities").get_data(as_text=True)
    with pytest.raises(Conflict):
        communities.subcommunities.ask(ada.actor, polar, {"community_id": ice.id})
    with pytest.raises(Conflict):
        communities.subcommunities.ask(grace.actor, polar, {"community_id": polar.id})
    browser = panel_of(ada)
    browser.get("/communities/polar/subcommunities")
    assert "on its own again" in browser.post("/communities/polar/subcommunities", part=ice.id)
    assert communities.get(ANONYMOUS, "ice").parent is None
    made = mine.post(path, json={"community": {"slug": "snow", "title": "Snow"}})
    assert made.status_code == 201
    assert communities.can(ada.actor, communities.get(ANONYMOUS, "snow"), "own")
