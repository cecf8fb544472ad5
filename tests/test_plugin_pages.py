"""The pages of plugins that work together, with something on each, in a real Chromium: accessibility and width.

Plugins whose pages stand for themselves look at them in tests of their own (`test_looking.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.page_checks import View, check_pages, views
from muniment.testing.page_types import PageType
from muniment.testing.showcase import LONG_WORD, METADATA, Showcase

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.plugins(
        "access-requests", "communities", "curation", "elasticsearch", "internal-notes", "notifications",
        "oauth-server", "orcid", "quota", "requests", "sharing", "support",
    ),
    pytest.mark.any_database,
]  # fmt: skip


@pytest.fixture
def pages(repository: Any, api: Any, run_jobs: Callable[[], Any]) -> tuple[Showcase, tuple[PageType, ...]]:
    """What two people have to do with each other: the administrator runs a community, the owner deposits there."""
    show = Showcase(repository)
    owner, boss = show.owner, show.administrator

    def sent(person: Any, method: str, path: str, json: Any = None) -> Any:
        answer = getattr(api.as_(person), method)(f"/api{path}", json=json)
        assert answer.status_code < 300, (path, answer.json)
        return answer.json

    closed = show.publish(f"Closed {LONG_WORD}", METADATA, {"data.csv": b"a,b\n"}, files_access="restricted")
    about = {"title": f"Polar {LONG_WORD}", "description": "Ice.", "page": "<p>Ours</p>", "curation_policy": "<p>A</p>"}
    polar = sent(boss, "post", "/communities", {"slug": "polar", "metadata": about, "access": {}})["id"]
    sent(boss, "post", "/communities", {"slug": "empty", "metadata": {"title": "Nothing yet"}, "access": {}})
    invited = {"members": [{"type": "user", "id": str(owner.subject)}], "role": "curator", "message": "Welcome"}
    sent(boss, "post", f"/communities/{polar}/invitations", invited)
    asked = sent(owner, "post", f"/records/{closed}/communities", {"communities": [{"id": polar}]})
    included = asked["processed"][0]["request_id"]
    sent(boss, "post", f"/requests/{included}/actions/accept")
    draft = show.full_draft
    sent(
        owner,
        "put",
        f"/records/{draft}/draft/review",
        {"receiver": {"community": polar}, "type": "community-submission"},
    )
    review = sent(owner, "post", f"/records/{draft}/draft/actions/submit-review")["id"]
    comment = {"payload": {"content": f"<p>See {LONG_WORD}</p>", "format": "html"}}
    sent(boss, "post", f"/requests/{review}/comments", comment)
    options = {"allow_user_requests": True, "allow_guest_requests": True, "accept_conditions_text": "<p>Ask.</p>"}
    sent(owner, "put", f"/records/{closed}/access", options)
    grants = {"grants": [{"permission": "view", "subject": {"type": "email", "id": "mary@example.org"}}]}
    sent(owner, "post", f"/records/{closed}/access/grants", grants)
    sent(owner, "post", f"/records/{closed}/access/links", {"permission": "view", "description": LONG_WORD})
    offer = sent(owner, "post", f"/records/{closed}/access/transfer", {"email": boss.email, "message": "Yours"})["id"]
    noted = sent(boss, "get", f"/records/{draft}/draft") | {"internal_notes": [{"note": f"See {LONG_WORD}"}] * 4}
    sent(boss, "put", f"/records/{draft}/draft", noted)
    run_jobs()
    visited = (
        "/communities", "/communities/polar", "/communities/polar/about", "/communities/polar/curation-policy",
        "/communities/polar/members", "/communities/polar/subcommunities", "/communities/empty", "/support",
        "/support/sent", f"/records/{closed}",
    )  # fmt: skip
    owned = (
        "/communities/new", f"/records/{closed}/communities", f"/uploads/{draft}", "/me/requests",
        f"/me/requests/{review}", f"/me/requests/{included}", "/me/notifications?show=all",
        "/me/notifications/settings", "/account/settings/quota", f"/uploads/{draft}/quota", f"/records/{closed}/share",
        "/account/settings/applications/clients", "/account/settings/applications/clients/new",
        "/account/settings/applications/authorized", "/account/settings/linked", "/account/settings/orcid",
    )  # fmt: skip
    governed = (
        "/communities/polar/settings", "/communities/polar/log", "/communities/polar/delete", f"/curation/{draft}",
        f"/me/requests/{review}", f"/sharing/offers/{offer}", "/me/shared", "/control/notifications", "/control/orcid",
        "/control/oidc", "/control/quota", "/control/requests", "/control/index", "/control/plugins",
        "/control/plugins/communities/disable", f"/records/{draft}?preview=1", f"/internal-notes/{draft}",
    )  # fmt: skip
    asked_by = (f"/records/{closed}/access-request",)
    told = {"stranger": asked_by, "visitor": visited, "owner": owned, "administrator": governed}
    return show, tuple(PageType(path, path, role) for role, paths in told.items() for path in paths)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("view", views(), ids=str)
def test_they_are_accessible_and_fit(
    browser: Browser, site: str, pages: tuple[Showcase, tuple[PageType, ...]], view: View
) -> None:
    showcase, types = pages
    assert check_pages(browser, site, showcase, types, view) == {}
