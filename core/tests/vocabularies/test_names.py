"""The form in which names are compared."""

from __future__ import annotations

import pytest

from muniment.vocabularies.names import compared, search_text
from muniment.vocabularies.term import TermContent


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Français", "francais"),
        ("Norwegian Bokmål", "norwegian bokmal"),
        ("CC-BY-4.0", "cc by 4 0"),
        ("C++", "c++"),
        ("50 % | a_b", "50 a b"),
        ("", ""),
    ],
)
def test_case_accents_and_punctuation_do_not_count(text: str, form: str) -> None:
    assert compared(text) == form


def test_a_term_is_known_by_id_codes_other_names_and_titles_once_each() -> None:
    content = TermContent(
        id="nld",
        title={"en": "Dutch", "de": "Niederländisch", "nl": "Nederlands"},
        props={"alpha_2": "nl", "alpha_3b": "dut", "also_known_as": "Flemish; Dutch", "url": "https://dutch.example"},
    )
    assert search_text(content) == "| nld| nl| dut| flemish| dutch| niederlandisch| nederlands|"
