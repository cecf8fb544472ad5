"""Signing in with ORCID: iDs that ORCID authenticated, shown as ORCID asks."""

from __future__ import annotations

from typing import Any

import pytest
from flask_babel import force_locale, gettext

from muniment.api import SYSTEM

pytestmark = pytest.mark.plugins("orcid")
ID = "0000-0002-1825-0097"


@pytest.mark.hook("oidc_providers")
def test_the_button_carries_the_icon(client: Any) -> None:
    page = client.get("/login").text
    assert "marks.svg" in page.partition('href="/oidc/orcid/sign-in')[2].partition("</a>")[0]


def test_who_is_linked_is_signed_in(sign_in: Any, client: Any, orcid: Any, repository: Any, ada: Any) -> None:
    repository.users.link_identity(ada.subject, orcid.url, ID, SYSTEM)
    assert sign_in("/help").headers["Location"] == "/help"
    page = client.get("/account/settings/linked").text
    assert f'<a href="{orcid.url}/{ID}" rel="noopener">{orcid.url}/{ID}</a>' in page, "the whole address of the iD"
    assert "marks.svg" in page.partition('id="linked"')[2].partition("</section>")[0]
    assert "client_secret" in orcid.asked[0]


def test_who_is_new_finds_their_name_and_types_an_address(sign_in: Any, client: Any, orcid: Any) -> None:
    assert sign_in().headers["Location"] == "/oidc/welcome"
    page = client.get("/oidc/welcome").text
    assert 'value="Josiah Carberry"' in page
    assert ID in page


def test_names_that_are_not_public_are_left_to_the_person(sign_in: Any, client: Any, orcid: Any) -> None:
    orcid.person = {"given_name": None, "family_name": None, "name": None}
    assert sign_in().headers["Location"] == "/oidc/welcome"
    page = client.get("/oidc/welcome").text
    assert 'name="full_name" type="text" value=""' in page


def test_operators_read_about_it_in_their_language(app: Any) -> None:
    with app.test_request_context("/"), force_locale("de"):
        assert gettext("Address of ORCID") == "Adresse von ORCID"
