"""The pages of sharing, without scripts."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.plugins("sharing")


@pytest.mark.hook("render_slot")
@pytest.mark.hook("register_blueprints")
@pytest.mark.hook("register_nav")
def test_an_owner_shares_on_one_page(panel_of: Any, ada: Any, grace: Any, restricted: Any, client: Any) -> None:
    browser = panel_of(ada)
    path = f"/records/{restricted.id}/share"
    assert f'href="{path}"' in browser.get(f"/records/{restricted.id}")
    assert f'href="{path}"' in browser.get("/me/uploads")
    browser.get(path)
    assert "The link is made" in browser.post(f"{path}/links", permission="view", description="For Mary")
    assert "For Mary" in browser.get(path)
    assert "has got a letter" in browser.post(f"{path}/grants", who=grace.email, permission="edit")
    assert "invited, until" in browser.get(path)
    assert "Zyzzyva survey" in panel_of(grace).get("/me/shared")
    again = browser.get(path)
    assert "Grace Hopper" in again
    assert "The access has ended" in browser.post(f"{path}/grants/revoke", kind="user", subject=str(grace.subject))
    assert "Zyzzyva" not in panel_of(grace).get("/me/shared")


def test_mistakes_come_back_at_their_fields(panel_of: Any, ada: Any, restricted: Any) -> None:
    browser = panel_of(ada)
    path = f"/records/{restricted.id}/share"
    browser.get(path)
    refused = browser.post(f"{path}/links", 422, permission="view", expires_at="2020-01-01")
    assert 'href="#f-link-expires_at"' in refused
    refused = browser.post(f"{path}/grants", 422, who="mary", permission="view")
    assert 'href="#f-who"' in refused
    assert 'value="mary"' in refused
    refused = browser.post(f"{path}/transfer", 422, email="nobody")
    assert 'href="#f-transfer-email"' in refused


def test_what_was_done_is_told_where_it_was_done(panel_of: Any, ada: Any, grace: Any, restricted: Any) -> None:
    browser, path = panel_of(ada), f"/records/{restricted.id}/share"
    page = browser.get(path)
    keep = page[page.index('for="f-transfer-keep"') :].partition("</div>")[0]
    assert "optional" not in keep, "what one keeps is chosen, not left out"
    assert "No access" in keep

    def section(page: str, name: str) -> str:
        return page[page.index(f'<h2 id="{name}">') :].partition("</section>")[0]

    assert "The link is made" in section(browser.post(f"{path}/links", permission="view"), "links")
    assert "It is shared" in section(browser.post(f"{path}/grants", who=grace.email, permission="view"), "people")
    assert "The offer is sent" in section(browser.post(f"{path}/transfer", email="mary@example.org"), "transfer")


def test_only_managers_see_the_page(panel_of: Any, grace: Any, client: Any, restricted: Any) -> None:
    path = f"/records/{restricted.id}/share"
    panel_of(grace).get(path, 403)
    assert client.get(path).headers["Location"].startswith("/login")
    assert path not in client.get("/").get_data(as_text=True)


def test_an_offer_is_answered_on_its_page(panel_of: Any, sharing: Any, ada: Any, grace: Any, restricted: Any) -> None:
    offer = sharing.offers.offer(ada.actor, restricted.id, {"email": grace.email, "message": "Yours now"})
    browser = panel_of(grace)
    page = browser.get(f"/sharing/offers/{offer.id}")
    assert "Zyzzyva survey" in page
    assert "Yours now" in page
    assert "The record is yours now" in browser.post(f"/sharing/offers/{offer.id}/accept")
    browser.get(f"/sharing/offers/{offer.id}", 404)
    panel_of(ada).get(f"/records/{restricted.id}", 403)


def test_somebody_gives_up_what_was_shared(panel_of: Any, sharing: Any, ada: Any, grace: Any, restricted: Any) -> None:
    entry = {"permission": "manage", "subject": {"type": "email", "id": grace.email}}
    sharing.grants.create(ada.actor, restricted.id, {"grants": [entry]})
    browser = panel_of(grace)
    shown = browser.get("/me/shared")
    assert "can manage" in shown
    assert "Zyzzyva" in browser.get("/me/shared?q=zyzzyva")
    assert "matches" in browser.get("/me/shared?q=nothing")
    browser.get("/me/shared?q=(", 400)
    assert "given up your access" in browser.post("/me/shared/leave", record=restricted.id)
    assert "Nobody has shared anything" in browser.get("/me/shared")


def test_a_viewer_keeps_the_published_record_while_it_is_edited(
    panel_of: Any, sharing: Any, repository: Any, ada: Any, grace: Any, restricted: Any
) -> None:
    entry = {"permission": "view", "subject": {"type": "email", "id": grace.email}}
    sharing.grants.create(ada.actor, restricted.id, {"grants": [entry]})
    repository.records.edit(ada.actor, restricted.id)
    assert "Zyzzyva survey" in panel_of(grace).get("/me/shared")


def test_a_link_to_edit_works_once_signed_in(
    client: Any, panel_of: Any, grace: Any, make_draft: Any, link_to: Any
) -> None:
    draft = make_draft("Zyzzyva draft")
    link = link_to(draft, "edit")
    landed = client.get(f"/uploads/{draft.id}?token={link.token}")
    assert landed.headers["Location"] == f"/uploads/{draft.id}"
    assert client.get(f"/uploads/{draft.id}").headers["Location"].startswith("/login")
    assert "Sign in to edit" in client.get(f"/records/{draft.id}?preview=1").get_data(as_text=True)
    browser = panel_of(grace)
    browser.get(f"/uploads/{draft.id}", 403)
    browser.client.get(f"/uploads/{draft.id}?token={link.token}")
    page = browser.get(f"/uploads/{draft.id}")
    assert "Zyzzyva draft" in page
    assert f"/uploads/{draft.id}/discard" not in page
    browser.get(f"/uploads/{draft.id}/discard", 403)
