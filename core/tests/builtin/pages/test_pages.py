"""Static pages and texts of the site: written in the control panel, read by everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.access.actor import SYSTEM, person
from muniment.builtin.pages.checking import Content, PageInput
from muniment.builtin.pages.models import Base
from muniment.builtin.pages.service import PageService
from muniment.db.migrate import downgrade, upgrade
from muniment.db.revisions import table_names
from muniment.errors import NotFound, PermissionDenied, RevisionMismatch, ValidationFailed
from muniment.plugins.discovery import discover
from muniment.plugins.state import branch_of
from muniment.privacy.structure import check_columns
from muniment.testing.schema import describe_schema, differences
from muniment.web.app import create_app
from muniment.web.ui.branding import TEXTS

BOTH = {"en": Content("About us", "Run by **five**."), "de": Content("Über uns", "Betrieben von *fünf*.")}


@pytest.fixture
def pages(repository: Any) -> PageService:
    return PageService(repository)


@pytest.fixture
def site(repository: Any) -> Callable[[], Any]:
    """`site()`: a visitor of the site as every process serves it once it has looked."""
    return lambda: create_app(repository.successor()).test_client()


def test_a_page_is_read_in_the_language_of_the_reader(pages: PageService, site: Callable[[], Any]) -> None:
    pages.create(SYSTEM, PageInput("about", "footer", 10, True, BOTH))
    client = site()
    english = client.get("/pages/about").get_data(as_text=True)
    assert "<h1>About us</h1>" in english
    assert "<strong>five</strong>" in english
    assert '<article lang="de" dir="ltr">' in client.get("/pages/about?lang=de").get_data(as_text=True)
    assert client.get("/pages/nothing").status_code == 404


def test_a_page_stands_in_its_menu(pages: PageService, site: Callable[[], Any]) -> None:
    pages.create(SYSTEM, PageInput("about", "footer", 10, True, BOTH))
    pages.create(SYSTEM, PageInput("join", "main", 10, True, {"en": Content("Join", "")}))
    pages.create(SYSTEM, PageInput("secret", "", 10, True, {"en": Content("Only by address", "")}))
    client = site()
    front = client.get("/").get_data(as_text=True)
    assert '<a href="/pages/about">About us</a>' in front
    assert '<a href="/pages/join">Join</a>' in front
    assert "Only by address" not in front
    assert "Über uns" in client.get("/?lang=de").get_data(as_text=True)


def test_a_draft_is_seen_by_those_who_write_pages(pages: PageService, client: Any, panel: Any) -> None:
    pages.create(SYSTEM, PageInput("terms", "footer", 10, False, {"en": Content("Terms", "Words")}))
    assert client.get("/pages/terms").status_code == 404
    assert "This is a draft" in panel.get("/pages/terms")
    assert "Terms" not in panel.get("/")


def test_reading_costs_no_statement(pages: PageService, site: Callable[[], Any], sql_statements: list[str]) -> None:
    pages.create(SYSTEM, PageInput("about", "footer", 10, True, BOTH))
    client = site()
    client.get("/pages/about")
    sql_statements.clear()
    client.get("/pages/about")
    assert not [statement for statement in sql_statements if "pages_" in statement]


def test_a_change_begins_a_new_generation_and_is_written_down(pages: PageService, repository: Any) -> None:
    before = repository.plugins.newest_generation()
    made = pages.create(SYSTEM, PageInput("about", "footer", 10, True, BOTH))
    pages.update(SYSTEM, "about", PageInput("about-us", "main", 20, True, {"en": BOTH["en"]}), made.revision)
    with pytest.raises(RevisionMismatch):
        pages.update(SYSTEM, "about-us", PageInput("about-us", "main", 20, True, BOTH), made.revision)
    pages.delete(SYSTEM, "about-us")
    assert repository.plugins.newest_generation() == before + 3
    assert pages.all() == []
    acts = [entry.action for entry in repository.audit.entries(limit=3)]
    assert acts == ["page.deleted", "page.updated", "page.created"]
    with pytest.raises(NotFound):
        pages.get("about-us")


@pytest.mark.parametrize(
    ("page", "field"),
    [
        (PageInput("Not An Address", "footer", 0, True, BOTH), "slug"),
        (PageInput("new", "footer", 0, True, BOTH), "slug"),
        (PageInput("a", "sidebar", 0, True, BOTH), "place"),
        (PageInput("a", "footer", -1, True, BOTH), "position"),
        (PageInput("a", "footer", 0, True, {}), "title.en"),
        (PageInput("a", "footer", 0, True, {"de": Content("", "Text")}), "title.de"),
        (PageInput("a", "footer", 0, True, {"en": Content("x" * 201, "")}), "title.en"),
        (PageInput("taken", "footer", 0, True, BOTH), "slug"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(pages: PageService, page: PageInput, field: str) -> None:
    pages.create(SYSTEM, PageInput("taken", "", 0, False, BOTH))
    with pytest.raises(ValidationFailed) as refused:
        pages.create(SYSTEM, page)
    assert [problem.field for problem in refused.value.errors] == [field]
    assert len(pages.all()) == 1


def test_only_administrators_write(pages: PageService) -> None:
    for act in (
        lambda: pages.create(person(7), PageInput("a", "", 0, True, BOTH)),
        lambda: pages.delete(person(7), "a"),
        lambda: pages.save_texts(person(7), {("headline", "en"): "Mine"}),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.hook("register_site_texts")
@pytest.mark.configuration("theme", texts={"headline": "From the file", "footer": "Foot of the file"})
def test_texts_replace_those_of_the_file_in_their_language(pages: PageService, site: Callable[[], Any]) -> None:
    pages.save_texts(SYSTEM, {("headline", "de"): "Von Hand", ("tagline", "en"): "<b>Kept</b>"})
    client = site()
    english = client.get("/").get_data(as_text=True)
    assert "From the file" in english
    assert "&lt;b&gt;Kept&lt;/b&gt;" in english
    assert "Foot of the file" in english
    assert "Von Hand" in client.get("/?lang=de").get_data(as_text=True)
    pages.save_texts(SYSTEM, {("headline", "de"): ""})
    assert "From the file" in site().get("/?lang=de").get_data(as_text=True)


def test_every_text_can_be_written(panel: Any) -> None:
    page = panel.get("/control/texts")
    assert all(f'name="{name}.en"' in page for name in TEXTS)


def test_texts_have_names_and_ends(pages: PageService) -> None:
    with pytest.raises(ValidationFailed) as refused:
        pages.save_texts(SYSTEM, {("slogan", "en"): "x", ("footer", "de"): "x" * 2001})
    assert [problem.field for problem in refused.value.errors] == ["slogan.en", "footer.de"]


def test_pages_and_texts_are_written_in_the_control_panel(panel: Any, repository: Any) -> None:
    assert "Write “Terms”" in panel.get("/control/pages")
    assert 'value="terms"' in panel.get("/control/pages/new?slug=terms")
    wrong = panel.post("/control/pages/new", 422, slug="terms", position="10", place="footer", body__en="Kept words")
    assert "The page needs a title in this language." in wrong
    assert "Kept words" in wrong
    page = panel.post(
        "/control/pages/new", slug="terms", position="10", place="", published="1", title__en="Terms", body__en="Words"
    )
    assert "The page is saved." in page
    stale = panel.post("/control/pages/terms", 422, revision="7", slug="terms", position="1", title__en="Mine")
    assert "Somebody else changed this page" in stale
    assert 'value="Mine"' in stale
    assert "Delete the page “Terms”?" in panel.get("/control/pages/terms/delete")
    panel.post("/control/pages/terms/delete")
    panel.get("/control/pages/terms", 404)
    panel.post("/control/texts", headline__en="New words", headline__de="")
    assert 'value="New words"' in panel.get("/control/texts")
    panel.post("/control/texts", 422, footer__en="x" * 3000)


def test_its_tables_are_those_of_its_migrations_and_know_nobody(repository: Any) -> None:
    branch = branch_of(discover().plugins["pages"])
    assert branch is not None
    assert differences(repository.database, Base.metadata, "pages_") == []
    before = describe_schema(repository.database)
    downgrade(repository.database, branch)
    assert not [name for name in table_names(repository.database) if name.startswith("pages_")]
    upgrade(repository.database, branch)
    assert describe_schema(repository.database) == before
    assert check_columns(Base.metadata, []) == []
