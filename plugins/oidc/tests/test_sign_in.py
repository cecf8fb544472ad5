"""Signing in, up and linking with the certified provider."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import requests

from muniment.api import SYSTEM

pytestmark = pytest.mark.plugins("oidc")


def test_who_is_linked_is_signed_in_and_led_on(visitor: Any, provider: Any, repository: Any, ada: Any) -> None:
    repository.users.link_identity(ada.subject, provider.issuer, "ada", SYSTEM)
    assert 'href="/oidc/uni/sign-in' in visitor.get("/login").text
    back = provider.sign_in(visitor.leave("/search?q=glacier"), "ada")
    answer = visitor.get(back)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/search?q=glacier")
    assert visitor.signed_in


def test_who_is_new_agrees_and_confirms_their_address(
    visitor: Any, provider: Any, repository: Any, run_jobs: Any, mail_server: Any
) -> None:
    answer = visitor.get(provider.sign_in(visitor.leave("/help"), "bob"))
    assert answer.headers["Location"] == "/oidc/welcome"
    page = visitor.get("/oidc/welcome").text
    assert "Bob &lt;b&gt;Builder&lt;/b&gt;" in page
    assert repository.users.find("bob@example.org") is None, "nothing is kept before they agree"
    sent = visitor.post("/oidc/welcome", full_name="Bob", affiliations="", email="bob@example.org")
    assert sent.headers["Location"] == "/oidc/welcome/sent"
    assert not visitor.signed_in
    assert repository.users.find("bob@example.org") is None
    run_jobs()
    (message,) = mail_server.messages
    assert message["To"] == "bob@example.org"
    plain, html = mail_server.parts(message)
    (link,) = re.findall(r"http://\S+token=[\w-]+", plain)
    assert f'<a href="{link}"' in html
    assert "bob" in visitor.get(link).text
    token = link.partition("token=")[2]
    assert visitor.post(link.removeprefix(visitor.site), token=token).headers["Location"] == "/login?done=confirmed"
    assert visitor.get(link).status_code == 404, "it is used up"
    assert repository.audit.entries()[0].action == "oidc.confirmation_refused"
    user = repository.users.find_by_identity(provider.issuer, "bob")
    assert (user.email, user.full_name, user.may_act) == ("bob@example.org", "Bob", True)
    assert visitor.get(provider.sign_in(visitor.leave("/help"), "bob")).headers["Location"] == "/help"
    assert visitor.signed_in


def test_who_has_an_account_signs_in_to_it_and_links(visitor: Any, provider: Any, repository: Any, ada: Any) -> None:
    visitor.get(provider.sign_in(visitor.leave(), "ada"))
    visitor.enter(ada)
    assert "Link it to my account" in visitor.get("/oidc/welcome").text
    assert visitor.post("/oidc/welcome").headers["Location"] == "/account/settings/linked?done=linked"
    assert repository.users.identities_of(ada.subject) == [(provider.issuer, "ada")]
    assert "University" in visitor.get("/account/settings/linked").text
    unlinked = visitor.post("/account/settings/linked", issuer=provider.issuer, subject="ada")
    assert unlinked.headers["Location"] == "/account/settings/linked?done=unlinked"
    assert repository.users.identities_of(ada.subject) == []
    actions = [entry.action for entry in repository.audit.entries(f"user:{ada.subject}")]
    assert actions[:2] == ["identity.unlinked", "identity.linked"]


def test_linking_later_than_a_quarter_of_an_hour_asks_for_the_password(
    visitor: Any, provider: Any, repository: Any, ada: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.enter(ada)
    visitor.get(provider.sign_in(visitor.leave(), "ada"))
    now = repository.database.now()
    monkeypatch.setattr(repository.database, "now", lambda: now + timedelta(minutes=20))
    assert visitor.post("/oidc/welcome", password="wrong").status_code == 422
    assert repository.users.identities_of(ada.subject) == []
    assert visitor.post("/oidc/welcome", password=ada.password).status_code == 303


def test_the_last_way_in_stays(visitor: Any, provider: Any, repository: Any) -> None:
    repository.users.register_with_identity(provider.issuer, "bob", "bob@example.org", {}, SYSTEM)
    visitor.get(provider.sign_in(visitor.leave(), "bob"))
    refused = visitor.post("/account/settings/linked", issuer=provider.issuer, subject="bob")
    assert refused.status_code == 422
    assert "only way to sign in" in refused.text
    assert repository.users.find_by_identity(provider.issuer, "bob") is not None


def test_who_does_not_want_an_account_is_forgotten(visitor: Any, provider: Any) -> None:
    visitor.get(provider.sign_in(visitor.leave(), "bob"))
    assert visitor.post("/oidc/welcome", do="leave").status_code == 303
    assert visitor.get("/oidc/welcome").status_code == 404


def test_an_account_that_is_blocked_stays_out(
    visitor: Any, provider: Any, repository: Any, ada: Any, refusals: Callable[[], list[tuple[str, str]]]
) -> None:
    repository.users.link_identity(ada.subject, provider.issuer, "ada", SYSTEM)
    repository.users.block(ada.subject)
    answer = visitor.get(provider.sign_in(visitor.leave(), "ada"))
    assert answer.status_code == 403
    assert "blocked" in answer.text
    assert not visitor.signed_in
    assert refusals()[0][0] == "blocked"


def test_an_address_that_the_provider_tells_finds_nobodys_account(
    visitor: Any, provider: Any, repository: Any, ada: Any, run_jobs: Any, mailbox: Path
) -> None:
    """Eve's provider says that Ada's address is hers: she gets a form, and Ada gets a letter."""
    visitor.get(provider.sign_in(visitor.leave(), "eve"))
    assert not visitor.signed_in
    sent = visitor.post("/oidc/welcome", full_name="Eve", affiliations="", email=ada.email)
    assert sent.headers["Location"] == "/oidc/welcome/sent", "as for an address without an account"
    run_jobs()
    assert [letter for letter in mailbox.glob("*.eml") if "account-exists" in letter.name]
    assert repository.users.identities_of(ada.subject) == []


def test_who_is_signed_in_proves_it_again(visitor: Any, provider: Any, repository: Any, ada: Any) -> None:
    """At the provider too, which asks though it knows the browser; then the session is a new one."""
    repository.users.link_identity(ada.subject, provider.issuer, "ada", SYSTEM)
    with requests.Session() as browser:
        visitor.get(provider.sign_in(visitor.leave(), "ada", browser))
        before = visitor.client.get_cookie("muniment_session", domain="127.0.0.1").value
        shown = visitor.get("/login?again=1&next=/help").text
        (address,) = re.findall(r'href="(/oidc/uni/sign-in[^"]*)"', shown)
        there = visitor.get(unescape(address)).headers["Location"]
        assert "prompt=login" in there
        answer = visitor.get(provider.sign_in(there, "ada", browser))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/help")
    assert visitor.client.get_cookie("muniment_session", domain="127.0.0.1").value != before
    assert repository.sessions.resolve(before) is None
