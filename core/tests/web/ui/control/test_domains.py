"""Domains of e-mail addresses in the control panel, and people who wait for approval."""

from __future__ import annotations

from typing import Any


def test_a_domain_is_listed_changed_and_taken_off(repository: Any, panel: Any, ada: Any) -> None:
    assert "example.org" in panel.get("/control/domains"), "domains of accounts are there without a word about them"
    page = panel.post("/control/domains", domain="Spam.example", says="blocked")
    assert "Your changes are saved" in page
    assert "Whoever signs up with an address of another domain is let in." in panel.get("/control/domains")
    assert "spam.example" in panel.get("/control/domains?status=blocked")
    assert "No domain matches" in panel.get("/control/domains?status=verified")
    panel.post(
        "/control/domains/spam.example", says="moderated", category="mail provider", flagged="1", revision="1",
        flagged_source="Moira",
    )  # fmt: skip
    page = panel.get("/control/domains/spam.example")
    assert "mail provider" in page
    assert "Moira" in page
    assert "Somebody else changed this domain meanwhile" in panel.post(
        "/control/domains/spam.example", 422, says="new", revision="1"
    )
    assert "off the list?" in panel.get("/control/domains/spam.example/delete")
    assert "The domain is off the list." in panel.post("/control/domains/spam.example/delete")
    panel.get("/control/domains/spam.example", 404)


def test_what_is_wrong_stands_beside_the_control(panel: Any) -> None:
    assert "Not a domain name." in panel.post("/control/domains", 422, domain="not one", says="blocked")
    panel.post("/control/domains", 422, domain="a.example", says="odd")
    panel.get("/control/domains?page=9999", 422)


def test_who_waits_is_let_in(repository: Any, panel: Any) -> None:
    panel.post("/control/domains", domain="mail.example", says="moderated")
    for email, action in (("ada@mail.example", "activate"), ("grace@mail.example", "approve")):
        repository.users.register(email, "three blind mice")
        number = repository.users.find(email).subject_id
        secret = repository.users.one_time_link(number, "confirm-email").partition("token=")[2]
        repository.users.confirm(secret)
        assert email in panel.get("/control/users?state=waiting")
        assert "Let in and verify" in panel.get(f"/control/users/{number}")
        panel.post(f"/control/users/{number}/{action}")
        assert repository.users.get(number).may_act
    assert "No account matches" in panel.get("/control/users?state=waiting")
