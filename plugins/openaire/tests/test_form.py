"""The search for a grant in the deposit form, without scripts, and what the record says then."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import ANONYMOUS, SYSTEM, Repository

pytestmark = [pytest.mark.plugins("openaire"), pytest.mark.usefixtures("funded")]

FIND = "find.metadata.funding"


@pytest.fixture
def look_for(panel_of: Any, ada: Any, make_draft: Any) -> Callable[..., tuple[str, str]]:
    """Presses the button: the page that comes back, and the number of the draft."""
    panel = panel_of(ada)
    number = make_draft().id

    def press(text: str, *chosen: str) -> tuple[str, str]:
        page = panel.get(f"/uploads/{number}")
        revision = re.search(r'name="revision" value="(\d+)"', page)
        assert revision is not None
        assert f'name="{FIND}"' in page
        sent = {"revision": revision[1], "do": "find:metadata.funding", FIND: text, f"{FIND}.id": ["", *chosen]}
        answer = panel.client.post(
            f"/uploads/{number}",
            data={**sent, "csrf_token": panel._token},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status_code == 200
        return answer.get_data(as_text=True), number

    return press


def funding(repository: Repository, ada: Any, number: str) -> Any:
    return repository.records.read_draft(ada.actor, number).data["metadata"].get("funding")


@pytest.mark.hook("find_entries")
@pytest.mark.parametrize(
    ("text", "chosen"), [("ICEDIG", ()), ("777483", ()), ("digitisation natural", ()), ("x", ("00k4n6c32::777483",))]
)
def test_a_grant_brings_its_funder(
    look_for: Any, repository: Repository, ada: Any, text: str, chosen: tuple[str, ...]
) -> None:
    page, number = look_for(text, *chosen)
    (entry,) = funding(repository, ada, number)
    assert entry["funder"] == {"id": "00k4n6c32", "name": "European Commission"}
    assert (entry["award"]["id"], entry["award"]["acronym"]) == ("00k4n6c32::777483", "ICEDIG")
    assert re.search(r'<details class="accordion" id="section-funding" open>', page)
    assert "Which of these?" not in page


@pytest.mark.hook("render_slot")
def test_of_several_one_is_chosen(look_for: Any, repository: Repository, ada: Any) -> None:
    page, number = look_for("heritage")
    assert not funding(repository, ada, number)
    assert re.search(r'<details class="accordion" id="section-funding" open>', page)
    assert "Which of these?" in page
    assert 'value="00k4n6c32::871034"' in page
    look_for("heritage", "00k4n6c32::871034")
    assert funding(repository, ada, number)[0]["award"]["number"] == "871034"


def test_none_fits(look_for: Any, repository: Repository, ada: Any) -> None:
    page, number = look_for("no such grant")
    assert "No grant fits this." in page
    assert not funding(repository, ada, number)
    page, number = look_for("", "nonsense")
    assert not funding(repository, ada, number)


def test_a_record_page_leads_to_the_grant(client: Any, make_record: Any) -> None:
    award = {"funder": {"id": "00k4n6c32"}, "award": {"id": "00k4n6c32::777483"}}
    record = make_record(metadata={"funding": [award]})
    page = client.get(f"/records/{record.id}").text
    assert 'href="https://ror.org/00k4n6c32"' in page
    assert "European Commission" in page
    assert "10.3030/777483" in page


def test_without_the_plugin_the_record_keeps_what_it_says(repository: Repository, make_record: Any) -> None:
    award = {"funder": {"id": "00k4n6c32"}, "award": {"id": "00k4n6c32::777483"}}
    record = make_record(metadata={"funding": [award]})
    repository.plugins.disable("openaire", SYSTEM)
    (kept,) = repository.successor().records.read(ANONYMOUS, record.id).data["metadata"]["funding"]
    assert (kept["funder"]["id"], kept["award"]["id"]) == ("00k4n6c32", "00k4n6c32::777483")
