"""Text analysis: tokens, their offsets, and what is folded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.search.analysis import MAX_TOKEN, joined_terms, significant_pairs, terms, tokens
from muniment.search.folding import fold, fold_exact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, World!", ["hello", "world"]),
        ("data_v1.2-final", ["data", "v1", "2", "final"]),
        ("深海生物", ["深海", "海生", "生物", "物"]),
        ("海", ["海"]),
        ("H2O と 水", ["h2o", "と", "水"]),
        ("C++, C# and F#; a+b", ["c++", "c#", "and", "f#", "a", "b"]),
        ("10.5281/zenodo.42", ["10", "5281", "zenodo", "42"]),
        ("soft\u00adhyphen zero\u200bwidth", ["softhyphen", "zero", "width"]),
        ("①② ½ ™", ["12", "1", "2", "tm"]),
        ("हिन्दी", ["हिन्दी"]),
        ("😀 emoji", ["emoji"]),
        ("\ud800broken", ["broken"]),
        ("", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_offsets_point_into_the_text_as_it_was_given() -> None:
    text = "Ein Straßenfest in Zu\u0308rich: 深海, ﬁn"
    assert [text[token.start : token.end] for token in tokens(text)] == [
        "Ein", "Straßenfest", "in", "Zu\u0308rich", "深海", "海", "ﬁn",
    ]  # fmt: skip


def test_long_words_are_cut_in_documents_and_queries_alike() -> None:
    assert terms("x" * 5000 + " é" + "y" * 300) == ["x" * MAX_TOKEN, "e" + "y" * (MAX_TOKEN - 1)]


def test_values_are_kept_apart() -> None:
    assert joined_terms(["sea ice", "", "drift"]) == "sea ice ¶ drift"


def test_japanese_endings_do_not_count_as_topics() -> None:
    assert significant_pairs(["深海", "海の", "の生", "生物"]) == ["深海", "生物"]
    assert significant_pairs(["ひら", "らが", "がな"]) == ["ひら", "らが", "がな"]


@given(st.text(max_size=80))
def test_tokens_with_and_without_offsets_are_the_same(text: str) -> None:
    found = tokens(text)
    assert [token.text for token in found] == terms(text)
    assert [token.position for token in found] == list(range(len(found)))
    assert all(0 <= token.start < token.end <= len(text) for token in found)


@given(st.text(max_size=80))
def test_tokens_can_be_joined_by_spaces(text: str) -> None:
    found = terms(text)
    assert " ".join(found).split() == found
    assert "¶" not in found


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = " ".join(terms(text))
    assert fold(once.replace("+", " ").replace("#", " ")).split() == once.replace("+", " ").replace("#", " ").split()


def test_identifiers_keep_their_signs() -> None:
    assert fold_exact("  10.5072/ABC-Ä\u0308 ") == "10.5072/abc-ä\u0308"
