"""The bell, the list and the choices, without scripts."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.plugins("notifications", "probe")


@pytest.mark.hook("render_slot", "register_nav", "register_blueprints")
def test_the_bell_counts_and_opening_a_page_reads_what_is_about_it(
    happen: Any, ada: Any, grace: Any, panel_of: Any, client: Any, sql_statements: list[str]
) -> None:
    happen(ada, path="/help#part")
    happen(ada, path="/about")
    sql_statements.clear()
    assert "/me/notifications" not in client.get("/about").text
    assert not [one for one in sql_statements if "notifications_" in one], "visitors cost no question"
    browser = panel_of(ada)
    sql_statements.clear()
    assert "2 unread" in browser.get("/")
    assert len([one for one in sql_statements if "notifications_" in one]) == 1
    page = browser.get("/help")
    assert "1 unread" in page
    assert "unread" not in panel_of(grace).get("/")


def test_the_list_is_read_one_by_one_or_at_once(happen: Any, ada: Any, grace: Any, panel_of: Any, plugin: Any) -> None:
    for number in range(3):
        happen(ada, title=f"Thing <{number}>", path=f"/records/{number}")
    browser = panel_of(ada)
    page = browser.get("/me/notifications")
    assert "“Thing <2>” was made by Nobody" in page
    assert 'href="/records/2"' in page
    id = plugin.reading.list(ada.subject)[0][0].id
    assert panel_of(grace).post("/me/notifications/read", id=id)
    assert plugin.reading.unread(ada.subject) == 3, "others cannot read them for her"
    assert "2 notifications" in browser.post("/me/notifications/read", id=id)
    assert "Nothing is unread" in browser.post("/me/notifications/read")
    assert "3 notifications" in browser.get("/me/notifications?show=all")
    assert "Nothing is unread" in browser.get("/me/notifications?page=x")


def test_choices_are_kept_and_what_is_no_choice_comes_back(ada: Any, panel_of: Any, plugin: Any) -> None:
    browser = panel_of(ada)
    page = browser.get("/me/notifications/settings")
    assert "Something is new" in page
    assert "Your changes are saved" in browser.post(
        "/me/notifications/settings",
        **{"mail:probe__news": "never", "mail:probe__gossip": "now", "site:probe__news": "1"},
    )
    wishes = plugin.choices.of([ada.subject])[ada.subject]
    assert [(wishes[id].mail, wishes[id].site) for id in ("probe.news", "probe.gossip")] == [
        ("never", True),
        ("now", False),
    ]
    back = browser.post("/me/notifications/settings", status=422, **{"mail:probe__news": "hourly"})
    assert "Not a valid choice" in back
    assert plugin.choices.of([ada.subject])[ada.subject]["probe.news"].mail == "never"


def test_the_bell_counts_no_further_than_a_hundred(happen: Any, ada: Any, panel_of: Any, plugin: Any) -> None:
    plugin.choices.change(ada.actor, ada.subject, {"probe.news": {"mail": "never"}})
    happen(ada, titles=tuple(f"Thing {number}" for number in range(101)), path="/records/1")
    page = panel_of(ada).get("/me/notifications")
    assert "99+" in page
    assert "101 notifications" in page
