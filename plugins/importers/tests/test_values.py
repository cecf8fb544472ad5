"""Foreign values are taken as they come, and losses are counted rather than repeated."""

from __future__ import annotations

import pytest

from muniment.api import Loss
from muniment_importers import values


@pytest.mark.parametrize(
    ("value", "expected"),
    [(" a ", "a"), (7, "7"), (1.5, "1.5"), (True, ""), (None, ""), ({"a": 1}, ""), (["x"], "")],
)
def test_text_takes_strings_and_numbers_only(value: object, expected: str) -> None:
    assert values.text(value) == expected


def test_line_has_single_spaces() -> None:
    assert values.line("\n   Subduction of\n   \n plates ") == "Subduction of plates"


@pytest.mark.parametrize("code", ["(:unav)", ":unav", "(:Unav)", "(:unkn) Unknown", "(:null)", "(:tba)"])
def test_datacites_codes_for_unknown_information_are_recognised(code: str) -> None:
    assert values.is_unknown(code)


@pytest.mark.parametrize("name", ["Unknown", "Plato", "(unavailable)", ""])
def test_words_are_no_codes(name: str) -> None:
    assert not values.is_unknown(name)


def test_the_same_loss_of_many_items_is_one_line_with_a_count() -> None:
    losses = values.Losses()
    for number in range(3):
        losses.add(f"creators.{number}.affiliation", "not kept")
    losses.add("creators.7.name", "not kept")
    assert losses.result() == (
        Loss("creators.0.affiliation", "not kept (and 2 more like this)"),
        Loss("creators.7.name", "not kept"),
    )


def test_control_characters_go_and_line_ends_stay() -> None:
    losses = values.Losses()
    cleaned = values.without_control_characters({"a": ["x\x00y\x85", "one\n\ttwo"]}, losses)
    assert cleaned == {"a": ["xy", "one\n\ttwo"]}
    assert [loss.field for loss in losses.result()] == ["a.0"]


def test_a_document_nested_without_end_is_cut() -> None:
    document: dict[str, object] = {}
    for _ in range(500):
        document = {"a": document}
    losses = values.Losses()
    assert values.without_control_characters(document, losses)
    assert "nested too deeply" in losses.result()[0].reason
