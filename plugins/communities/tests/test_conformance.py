"""What every plugin keeps to, asked about a community that is there."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from muniment.testing.conformance import PluginConformance
from muniment.testing.permission_scene import Scene
from muniment_communities.api import CommunityService


def community(scene: Scene) -> str:
    """A public community of the owner's which people may ask to join, with a record, a collection and a look."""

    def make() -> str:
        service, owner, slug = CommunityService(scene.repository), scene.person("owner").actor, f"c{uuid.uuid4().hex}"
        sent = {
            "slug": slug,
            "metadata": {"title": "Polar research"},
            "access": {"member_policy": "open"},
            "children": {"allow": True},
            "theme": {"enabled": True, "style": {"primaryColor": "#1b3a6b"}},
        }
        made = service.create(owner, sent)
        service.collections.create_tree(owner, made, {"title": "Kinds"})
        service.collections.create(owner, made, "kinds", {"title": "Ice", "search_query": "title:ice"})
        parent = scene.repository.records.parent_number_of(scene.record)
        assert parent is not None
        with scene.repository.database.write() as unit:
            service.records.link(unit, owner, parent, made.id)
        return slug

    return scene.thing("community", make)


def record(scene: Scene) -> str:
    """The record in the community."""
    community(scene)
    return scene.record


def collection(scene: Scene) -> str:
    service = CommunityService(scene.repository)
    found = service.found(community(scene))
    assert found is not None
    return str(service.collections.collection(found, "kinds", "ice").id)


def invitation(scene: Scene) -> str:
    """One for whoever is signed in as somebody else."""
    service = CommunityService(scene.repository)
    found, other = service.found(community(scene)), scene.person("other")
    assert found is not None
    owner = scene.person("owner").actor
    service.invitations.invite(owner, found, {"members": [{"type": "email", "id": other.email}], "role": "reader"})
    return service.invitations.list(owner, found)[0][0].id


class Values(dict[str, Mapping[str, "str | Callable[[Scene], str]"]]):
    """What stands for the variables of a rule, by where the rule begins."""

    def __bool__(self) -> bool:
        return True

    def get(self, rule: str, default: Any = None) -> Any:
        if rule.startswith("/api/collections"):
            return {"id": collection}
        if rule.startswith("/api/communities"):
            return {"id": community, "tree": "kinds", "slug": "ice"}
        if "/invitations/" in rule:
            return {"invitation_id": lambda scene: scene.thing("invitation", lambda: invitation(scene))}
        if rule.startswith("/communities"):
            return {"slug": community, "tree": "kinds", "name": "ice"}
        if "records" in rule and " " not in rule:
            return {"id": record, "number": record}
        return default


class TestConformance(PluginConformance):
    plugin = "communities"
    route_values = Values()
