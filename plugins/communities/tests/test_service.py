"""Communities: making, changing, renaming, and who may."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import ANONYMOUS, InvalidRequest, NotFound, PermissionDenied, RevisionMismatch, ValidationFailed
from muniment_communities.listing import Asked

pytestmark = pytest.mark.plugins("communities", "requests")


def test_whoever_makes_one_owns_it(communities: Any, polar: Any, ada: Any, grace: Any) -> None:
    assert communities.get(ANONYMOUS, "POLAR").id == polar.id
    assert communities.get(ANONYMOUS, polar.id).slug == "polar"
    assert communities.can(ada.actor, polar, "own")
    assert not communities.can(grace.actor, polar, "view")
    assert communities.can(grace.actor, polar, "read")
    assert not communities.can(ANONYMOUS, polar, "curate")
    with pytest.raises(PermissionDenied):
        communities.create(ANONYMOUS, {"slug": "a", "metadata": {"title": "A"}})


def test_what_is_wrong_is_told_by_field(communities: Any, polar: Any, ada: Any) -> None:
    def fields(**sent: Any) -> list[str]:
        with pytest.raises(ValidationFailed) as refused:
            communities.create(ada.actor, sent)
        return sorted(problem.field for problem in refused.value.errors)

    assert fields(metadata={}) == ["metadata.title", "slug"]
    assert fields(slug="a", metadata={"title": "x" * 251, "website": "javascript:alert(1)"}) == [
        "metadata.title",
        "metadata.website",
    ]
    assert fields(slug="a", metadata={"title": "A"}, access={"visibility": "secret"}) == ["access.visibility"]
    assert fields(slug="a b", metadata={"title": "A"}) == ["slug"]
    assert fields(slug="new", metadata={"title": "A"}) == ["slug"]
    assert fields(slug="Polar", metadata={"title": "A"}) == ["slug"]
    assert fields(slug=polar.id, metadata={"title": "A"}) == ["slug"]
    assert fields(slug=3, metadata=[]) == ["metadata._schema", "slug"]


def test_owners_change_it_and_addresses_lead_on(communities: Any, polar: Any, ada: Any, grace: Any, join: Any) -> None:
    join(polar, grace, "manager")
    sent = {"metadata": {"title": "Ice", "page": "<p onclick='x'>Hi</p><script>x</script>"}, "access": {}}
    with pytest.raises(PermissionDenied):
        communities.update(grace.actor, "polar", sent)
    changed = communities.update(ada.actor, "polar", sent, revision=1)
    assert (changed.title, changed.metadata["page"], changed.revision) == ("Ice", "<p>Hi</p>", 2)
    with pytest.raises(RevisionMismatch):
        communities.update(ada.actor, "polar", sent, revision=1)
    communities.rename(ada.actor, "polar", "ice")
    assert communities.get(ANONYMOUS, "polar").slug == "ice"
    with pytest.raises(ValidationFailed):
        communities.create(grace.actor, {"slug": "polar", "metadata": {"title": "Thief"}})
    assert communities.rename(ada.actor, "ice", "polar").slug == "polar"


def test_restricted_ones_are_unknown_to_others(communities: Any, found: Any, ada: Any, grace: Any, join: Any) -> None:
    secret = found("secret", "Secret", visibility="restricted")
    for act in (lambda: communities.get(grace.actor, "secret"), lambda: communities.update(grace.actor, "secret", {})):
        with pytest.raises(NotFound):
            act()
    assert communities.list(grace.actor, Asked()).total == 0
    assert communities.list(ada.actor, Asked()).total == 1
    join(secret, grace)
    assert communities.get(grace.actor, "secret").title == "Secret"
    assert communities.list(grace.actor, Asked(own=True)).total == 1


def test_lists_search_sort_and_count(communities: Any, found: Any) -> None:
    found("a", "Polar ice", metadata={"type": {"id": "topic"}})
    found("b", "Ice cores", metadata={"type": {"id": "project"}, "description": "Where poles are"})
    found("c", "Deserts 100%")
    names = lambda **asked: [one.slug for one in communities.list(ANONYMOUS, Asked(**asked)).communities]  # noqa: E731
    assert names() == ["c", "b", "a"]
    assert names(sort="oldest") == ["a", "b", "c"]
    assert names(q="ICE") == ["b", "a"]
    assert names(q="ice pol") == ["b", "a"]
    assert names(q="%") == ["c", "b", "a"]
    assert names(types=["topic"]) == ["a"]
    assert names(page=2, size=2) == ["a"]
    page = communities.list(ANONYMOUS, Asked(page=9, types=["topic"]))
    assert (page.communities, page.total) == ([], 1)
    assert page.counts["type"] == [("project", 1), ("topic", 1)]


def test_members_are_looked_after(communities: Any, polar: Any, ada: Any, grace: Any, join: Any) -> None:
    join(polar, grace, "manager")

    def named(who: Any, **more: Any) -> dict[str, Any]:
        return {"members": [{"type": "user", "id": str(who.subject)}], **more}

    with pytest.raises(PermissionDenied):
        communities.members.change(grace.actor, polar, named(ada, role="reader"))
    with pytest.raises(PermissionDenied):
        communities.members.change(grace.actor, polar, named(grace, role="owner"))
    with pytest.raises(InvalidRequest, match="at least one owner"):
        communities.members.remove(ada.actor, polar, named(ada))
    communities.members.change(ada.actor, polar, named(grace, role="owner"))
    communities.members.remove(ada.actor, polar, named(ada))
    assert [member.name for member in communities.members.list(grace.actor, polar)[0]] == [str(grace.subject)]
    with pytest.raises(PermissionDenied):
        communities.members.list(ada.actor, polar)
    with pytest.raises(ValidationFailed):
        communities.members.change(grace.actor, polar, {"members": "all", "role": "owner"})
