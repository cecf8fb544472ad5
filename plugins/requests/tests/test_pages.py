"""The inbox and the page of a request, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment_requests.api import Party, Request

pytestmark = pytest.mark.plugins("requests", "probe")


@pytest.mark.hook("register_nav")
def test_what_waits_stands_in_the_inbox(
    asked: Callable[..., Request], make_record: Any, panel_of: Any, ada: Any, grace: Any
) -> None:
    record = make_record("Tides of the North Sea")
    request = asked("Please read this", about=record.id)
    inbox = panel_of(grace)
    page = inbox.get("/me/requests")
    assert f'href="/me/requests/{request.id}"' in page
    assert "Tides of the North Sea" in page
    assert "from Ada" in page
    assert "unread" in page
    inbox.get(f"/me/requests/{request.id}")
    assert "unread" not in inbox.get("/me/requests")
    mine = panel_of(ada)
    assert "Nothing waits for you" in mine.get("/me/requests")
    assert "to Grace" in mine.get("/me/requests?tab=mine")
    assert 'href="/me/requests"' in mine.get("/"), "the account menu leads there"


def test_a_request_is_talked_about_and_decided(asked: Callable[..., Request], panel_of: Any, grace: Any) -> None:
    path, page = f"/me/requests/{asked('Please read this').id}", panel_of(grace)
    assert "Ada asks Grace" in page.get(path)
    said = page.post(path, do="comment", content="Let me see\n\n<b>First</b>")
    assert "First</b>" in said
    comment = said.partition('id="commentevent-')[2].partition('"')[0]
    assert "Thanks" in page.post(path, do="reply", comment=comment, content="Thanks")
    assert "Let us see" in page.post(path, do="edit", comment=comment, content="Let us see")
    assert "This comment was removed" in page.post(path, do="remove", comment=comment)
    assert "This conversation is locked" in page.post(path, do="lock")
    assert "This conversation is locked" not in page.post(path, do="unlock")
    done = page.post(path, do="accept", content="Gladly.")
    assert "accepted the request" in done
    assert "Gladly." in done
    assert 'value="accept"' not in done


def test_what_is_refused_comes_back_with_what_was_typed(
    asked: Callable[..., Request], panel_of: Any, grace: Any, deeds: Any
) -> None:
    from muniment.api import InvalidRequest

    path, page = f"/me/requests/{asked().id}", panel_of(grace)
    deeds.refusal = InvalidRequest("The files are gone.")
    back = page.post(path, status=422, do="accept", content="I agree with this.")
    assert "The files are gone." in back
    assert "I agree with this." in back
    assert "A comment says something." in page.post(path, status=422, do="comment", content="")
    page.post(path, status=404, do="dance")
    page.post(path, status=403, do="cancel")


def test_strangers_find_nothing(asked: Callable[..., Request], panel_of: Any, make_user: Any, client: Any) -> None:
    path = f"/me/requests/{asked().id}"
    assert client.get(path).status_code in (302, 303)
    page = panel_of(make_user("eve@example.org"))
    page.get(path, status=404)
    page.post(path, status=404, do="comment", content="Hello")


def test_one_finds_back(asked: Callable[..., Request], panel_of: Any, grace: Any) -> None:
    first, second, third = asked("1"), asked("2"), asked("3")
    page = panel_of(grace).get(f"/me/requests/{second.id}")
    assert f'rel="prev" href="/me/requests/{third.id}"' in page
    assert f'rel="next" href="/me/requests/{first.id}"' in page
    assert 'href="/me/requests"' in page


def test_a_list_stays_what_it_is_on_the_way_through_it(
    asked: Callable[..., Request], panel_of: Any, make_user: Any, administrator: Any
) -> None:
    """Narrowed by whom is asked, by type and by words: back, next and what is done on the page keep to it."""
    group = Party("group", "moderator")
    first, other, third = (
        asked("Tide 1", to=group),
        asked("Tide 2", type="question", to=group),
        asked("Tide 3", to=group),
    )
    asked("Tide 4", to=administrator)
    trail = "type=favour&of=group%3Amoderator"
    panel = panel_of(make_user("mod@example.org", roles=["moderator"]))
    page = panel.get("/me/requests?q=TIDE&type=favour&of=group:moderator")
    assert "2 requests" in page
    assert "Anybody</option>" in page
    assert f'href="/me/requests/{third.id}?q=TIDE&{trail}"' in page
    shown = panel.get(f"/me/requests/{third.id}?type=favour&of=group:moderator&at=2")
    assert f'rel="next" href="/me/requests/{first.id}?{trail}&at=2"' in shown
    assert other.id not in shown
    assert f'href="/me/requests?{trail}&page=2"' in shown
    done = panel.post(f"/me/requests/{third.id}?type=favour&of=group:moderator&at=2", do="comment", content="Soon")
    assert f'href="/me/requests?{trail}&page=2"' in done
    assert "Anybody" not in panel_of(administrator).get("/control/requests?tab=control")
    of_all = panel_of(administrator).get(f"/me/requests/{first.id}?tab=control&type=favour")
    assert 'href="/control/requests?type=favour"' in of_all


def test_who_has_given_no_name_is_known_to_those_in_the_conversation(
    asked: Callable[..., Request], panel_of: Any, make_user: Any, requests: Any, grace: Any
) -> None:
    nameless = make_user("nell.low@example.org")
    request = asked("Read this", by=nameless, to=grace)
    requests.conversation.comment(nameless.actor, request.id, "Please")
    page = panel_of(grace).get(f"/me/requests/{request.id}")
    assert "<strong>nell.low</strong>" in page
    assert "nell.low@" not in page


@pytest.mark.parametrize("query", ["tab=x&state=y&sort=z&page=-1", "q=%00", "page=99999", "type=nothing"])
def test_odd_addresses_are_read_kindly(panel_of: Any, ada: Any, query: str) -> None:
    assert "Requests</h1>" in panel_of(ada).get(f"/me/requests?{query}")


def test_administrators_see_all_of_them(
    asked: Callable[..., Request], panel_of: Any, administrator: Any, grace: Any
) -> None:
    request, _draft = asked("Please read this"), asked("Not sent", type="question", submit=False)
    panel = panel_of(administrator)
    page = panel.get("/control/requests")
    assert "Ada asks Grace" in page
    assert f'href="/me/requests/{request.id}?tab=control"' in page
    assert "Not sent" not in page
    assert "No request matches" in panel.get("/control/requests?q=nothing")
    panel_of(grace).get("/control/requests", status=403)
