"""The term that is meant by what stands in a field with suggestions."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.web.ui.term_choice import chosen_term


@pytest.mark.parametrize(
    ("text", "term_id", "chosen"),
    [
        ("English", "eng", "eng"),
        ("  english ", "", "eng"),
        ("eng", "", "eng"),
        ("German", "eng", "deu"),  # written over the old text without JavaScript
        ("Deutsch", "", "deu"),
        ("", "eng", None),
        ("No such tongue", "eng", None),
        ("No such tongue", "", None),
        ("German", "nonsense", "deu"),
    ],
)
def test_the_text_decides(repository: Any, text: str, term_id: str, chosen: str | None) -> None:
    assert chosen_term(repository.vocabularies, "languages", text, term_id) == chosen


def test_names_with_letters_in_both_cases_are_found_by_their_id(repository: Any) -> None:
    assert chosen_term(repository.vocabularies, "licenses", "CC-BY-4.0") == "cc-by-4.0"
