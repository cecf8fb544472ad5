"""The page of one's own uploads."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.repository import Repository
from muniment.testing.people import Person


def titles(page: Any) -> list[str]:
    return [title.text_content() for title in page.xpath("//li[@class='upload']//h2")]


def tabs(page: Any) -> dict[str, tuple[str, str]]:
    """Text, count and address of each tab."""
    found = {}
    for link in page.xpath("//nav[@class='tabs']//a"):
        name, _, count = link.text_content().strip().partition(" ")
        found[name] = (count, link.get("href"))
    return found


@pytest.fixture
def works(repository: Repository, make_draft: Any, make_record: Any, ada: Person) -> dict[str, str]:
    made = {"record": make_record("Moss of the north").id, "draft": make_draft("Lichen of the coast").id}
    made["edited"] = make_record("Ice of the lakes").id
    repository.records.edit(ada.actor, made["edited"])
    return made


def test_tabs_are_links_with_counts(forms: Any, ada: Person, works: dict[str, str]) -> None:
    forms.sign_in(ada).open("/me/uploads")
    assert tabs(forms.page) == {
        "All": ("3", "/me/uploads"),
        "Drafts": ("2", "/me/uploads?tab=drafts"),
        "Published": ("2", "/me/uploads?tab=published"),
    }
    assert forms.page.xpath("//nav[@class='tabs']//a[@aria-current='page']/text()")[0].strip() == "All"
    forms.open("/me/uploads?tab=published&sort=title")
    assert titles(forms.page) == ["Ice of the lakes", "Moss of the north"]
    assert "Edit under way" in forms.text


def test_state_order_and_query_are_in_the_address_and_come_back(
    forms: Any, repository: Repository, ada: Person, works: dict[str, str]
) -> None:
    repository.search.wait_for(repository.events.last_id(), 10)
    forms.sign_in(ada).open("/me/uploads?q=lichen&state=draft&sort=title")
    assert titles(forms.page) == ["Lichen of the coast"]
    assert forms.page.xpath("//select[@name='state']/option[@selected]/@value") == ["draft"]
    assert forms.page.xpath("//select[@name='sort']/option[@selected]/@value") == ["title"]
    assert forms.page.xpath("//input[@id='q']/@value") == ["lichen"]
    forms.open("/me/uploads?q=nothingatall")
    assert "Nothing of yours matches" in forms.text


def test_a_query_that_cannot_be_understood_is_explained(forms: Any, ada: Person, works: dict[str, str]) -> None:
    forms.sign_in(ada).open("/me/uploads?q=%22unfinished")
    assert forms.seen == [400]
    assert "This search could not be understood" in forms.text


def test_whoever_has_nothing_is_told_what_to_do(forms: Any, ada: Person) -> None:
    forms.sign_in(ada).open("/me/uploads")
    assert "You have not deposited anything yet" in forms.text
    assert not forms.page.xpath("//main//form")


@pytest.mark.parametrize("arguments", ["page=0", "page=x", "page=99999999999", "tab=x&state=y&sort=z", "q=%00"])
def test_what_makes_no_sense_in_an_address_counts_as_missing(
    forms: Any, ada: Person, works: dict[str, str], arguments: str
) -> None:
    forms.sign_in(ada).open(f"/me/uploads?{arguments}")
    assert forms.seen == [200]
    assert len(titles(forms.page)) == 3


def test_problems_of_a_draft_are_counted(forms: Any, repository: Repository, ada: Person) -> None:
    number = repository.records.create(ada.actor, {"metadata": {"title": "<b>Half</b> done"}}).id
    count = len(repository.records.read_draft(ada.actor, number).problems)
    forms.sign_in(ada).open("/me/uploads")
    assert titles(forms.page) == ["Half done"]
    assert f"{count} problems" in forms.text


def test_many_uploads_are_paged(forms: Any, ada: Person, make_draft: Any) -> None:
    for number in range(27):
        make_draft(f"Number {number:02}")
    forms.sign_in(ada).open("/me/uploads?sort=title")
    assert titles(forms.page)[0] == "Number 00"
    assert len(titles(forms.page)) == 25
    forms.open(forms.page.xpath("//a[@rel='next']/@href")[0])
    assert titles(forms.page) == ["Number 25", "Number 26"]


def test_a_new_version_and_a_duplicate_begin_in_the_list(
    forms: Any, repository: Repository, ada: Person, works: dict[str, str]
) -> None:
    forms.sign_in(ada).open("/me/uploads").send(f"/records/{works['record']}/edit")
    assert forms.address.startswith("/uploads/")
    forms.open("/me/uploads?state=new-version")
    assert titles(forms.page) == ["Moss of the north"]
    forms.open("/me/uploads").send(f"/records/{works['draft']}/duplicate")
    assert forms.address.startswith("/uploads/")
    forms.open("/me/uploads?state=draft&sort=title")
    assert len(titles(forms.page)) == 2


def test_every_action_leads_to_a_page(forms: Any, ada: Person, works: dict[str, str]) -> None:
    forms.sign_in(ada).open("/me/uploads")
    links = forms.page.xpath("//li[@class='upload']//a/@href")
    assert len(links) > 6
    for link in links:
        assert forms.client.get(link).status_code == 200, link


def test_visitors_are_asked_to_sign_in(forms: Any) -> None:
    assert forms.open("/me/uploads?tab=drafts").address == "/login?next=/me/uploads%3Ftab%3Ddrafts"
