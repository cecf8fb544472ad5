"""The query language: what becomes which tree, and what is refused with which words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.errors import InvalidRequest
from muniment.search.query import parse
from muniment.search.query.core_fields import CORE_FIELDS
from muniment.search.query.field import FieldMap, Kind, SearchField
from muniment.search.query.parser import MAX_DEPTH, MAX_LEAVES, MAX_LENGTH
from muniment.search.query.tree import (
    Boolean,
    Boosted,
    FuzzyMatch,
    KeywordMatch,
    MatchAll,
    MatchNone,
    Node,
    NumberRange,
    TokenMatch,
    leaves_of,
)


def word(text: str, field: str | None = None) -> TokenMatch:
    return TokenMatch(CORE_FIELDS.fields[field] if field else None, (text,))


def refusal(query: str) -> str:
    with pytest.raises(InvalidRequest) as caught:
        parse(query)
    assert caught.value.message == "Invalid query string syntax."
    (problem,) = caught.value.errors
    assert problem.field == "q"
    return problem.message


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", MatchAll()),
        ("  \n ", MatchAll()),
        ("*", MatchAll()),
        ("*:*", MatchAll()),
        ("()", MatchNone()),
        ("!!! ... --", MatchNone()),
        ("a b", Boolean(should=(word("a"), word("b")))),
        ("a AND b", Boolean(must=(word("a"), word("b")))),
        ("a AND NOT b", Boolean(must=(word("a"),), must_not=(word("b"),))),
        ("+a -b c", Boolean((word("a"),), (word("c"),), (word("b"),))),
        ("a OR b AND c", Boolean(should=(word("a"), Boolean(must=(word("b"), word("c")))))),
        ("NOT a", Boolean(must_not=(word("a"),))),
        ("a OR -b", Boolean(should=(word("a"), Boolean(must_not=(word("b"),))))),
        ("((a))", word("a")),
        ("title:a", word("a", "title")),
        ("Title: a", word("a", "title")),
        ("title:(a b)", Boolean(should=(word("a", "title"), word("b", "title")))),
        ("title:(a description:b)", Boolean(should=(word("a", "title"), word("b", "description")))),
        ("a^2.5", Boosted(word("a"), 2.5)),
        ("(a b)^2", Boosted(Boolean(should=(word("a"), word("b"))), 2.0)),
        ('"a b"~3', TokenMatch(None, ("a", "b"), slop=3)),
        ("water~", FuzzyMatch(None, "water", 1)),
        ("waters~", FuzzyMatch(None, "waters", 2)),
        ("water~0.8", FuzzyMatch(None, "water", 1)),
        ("on~", word("on")),
        ("and", word("and")),
        ('"AND"', word("and")),
        (r"\AND", word("and")),
        (r"a\:b", TokenMatch(None, ("a", "b"))),
        (r"\-a", word("a")),
        ("e-mail", TokenMatch(None, ("e", "mail"))),
        ("O'Brien", TokenMatch(None, ("o", "brien"))),
        ("AT&T", TokenMatch(None, ("at", "t"))),
        ("and/or", TokenMatch(None, ("and", "or"))),
        ("x^y", TokenMatch(None, ("x", "y"))),
        ("~5 km", Boolean(should=(word("5"), word("km")))),
        ("[Data] paper", Boolean(should=(word("data"), word("paper")))),
        ("sea - ice", Boolean(should=(word("sea"), word("ice")))),
        ("--verbose", word("verbose")),
        ("Deep learning: a", Boolean(should=(word("deep"), word("learning"), word("a")))),
        ("at 12:30", Boolean(should=(word("at"), TokenMatch(None, ("12", "30"))))),
        ("研究:深海", TokenMatch(None, ("研究", "究", "深海"))),
        ("深", TokenMatch(None, ("深",), open_end=True)),
        ("print()", word("print")),
    ],
)
def test_trees(query: str, expected: Node) -> None:
    assert parse(query) == expected


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("(a", "a bracket is not closed (at character 1)"),
        ("a)", "a bracket is closed that was never opened (at character 2)"),
        ('say "a', 'a quotation mark is not closed; write \\" for the sign itself (at character 5)'),
        ("a AND", "AND has nothing behind it (at character 3)"),
        ("OR a", "OR has nothing before it (at character 1)"),
        ("a AND OR b", "AND has nothing behind it (at character 3)"),
        ("NOT", "NOT has nothing behind it (at character 1)"),
        ("titel:a", "there is no field 'titel'; did you mean title:? (at character 1)"),
        (
            "a:b:c",
            "there is no field 'a'. To search for the text itself, write it in quotation marks: \"a:…\" "
            "(at character 1)",
        ),
        ("title:", "there is nothing to search after 'title:' (at character 1)"),
        ("title: AND a", "there is nothing to search after 'title:' (at character 1)"),
        ("*ology", "a word may not begin with * or ?; give its beginning (at character 1)"),
        ("doi:*42", "a word may not begin with * or ?; give its beginning (at character 5)"),
        ("title:/joh?n/", "regular expressions are not supported; use * and ? for unknown characters (at character 7)"),
        ("[a TO b]", "a range needs a field, for example publication_date:[2020 TO 2024] (at character 1)"),
        ("publication_date:[2020", "a range is written [from TO until] or {from TO until} (at character 18)"),
        ("publication_date:[2020 to 2021]", "TO in a range is written in capitals (at character 24)"),
        ("title:[a TO b]", "'title' has no order, so a range is not possible (at character 7)"),
        ("license:[a TO b]", "'rights' has no order, so a range is not possible (at character 9)"),
        (
            "publication_date:[spring TO *]",
            "'spring' is not a date like 2024, 2024-05 or 2024-05-31, which 'publication_date' takes (at character 18)",
        ),
        ("size:big", "'big' is not a whole number, which 'files.total_bytes' takes (at character 6)"),
        ("size:99999999999999999999", "'99999999999999999999' is not a whole number, which 'files.total_bytes' takes"
                                      " (at character 6)"),
        ("publication_date:20?0", "'publication_date' takes a date like 2024, 2024-05 or 2024-05-31, not a pattern"
                                  " (at character 18)"),
        ("size:>", "nothing to compare with after '>' (at character 6)"),
        ("_exists_:nothing", "there is no field 'nothing' (at character 10)"),
        ("_exists_:", "'_exists_:' needs the name of a field (at character 1)"),
        ("a^0", "a boost is a number above 0 and up to 1000, for example title:water^3 (at character 2)"),
        ("a~3", "~ allows at most 2 changed letters, for example water~1 (at character 2)"),
        ("(a b)~1", "~ belongs directly behind a word or a phrase (at character 6)"),
        ("doi:abc~1", "~ searches similar words of a text; 'doi' has exact values (at character 8)"),
        ("wat*r~1", "a word has either wildcards or ~ (at character 6)"),
        ('"a b"~1000', "words of a phrase may be at most 100 places apart (at character 6)"),
        ("a" * (MAX_LENGTH + 1), f"the query has {MAX_LENGTH + 1} characters; at most {MAX_LENGTH} are possible"),
        ("(" * (MAX_DEPTH + 1), f"brackets are nested more than {MAX_DEPTH} deep (at character {MAX_DEPTH + 1})"),
        ("a " * (MAX_LEAVES + 1), f"the query has more than {MAX_LEAVES} words (at character {2 * MAX_LEAVES + 1})"),
        ('"' + "a " * 300 + '"', "a phrase may have 200 words, this one has 300 (at character 1)"),
        ("a" + "b*" * 60, "a word with wildcards may have 100 characters (at character 1)"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_with_what_and_where(query: str, message: str) -> None:
    assert refusal(query) == message


def test_words_can_be_joined_by_and() -> None:
    assert parse("a b", operator="AND") == Boolean(must=(word("a"), word("b")))


@pytest.mark.parametrize(
    "query",
    [
        "10.5281/zenodo.1",
        "https://doi.org/10.5281/zenodo.1",
        "http://dx.doi.org/10.5281/ZENODO.1",
        "(https://doi.org/10.5281/zenodo.1).",
        "10.5281\\/zenodo.1",
    ],
)
def test_a_doi_is_one_identifier_however_it_is_written(query: str) -> None:
    found = [leaf for leaf in leaves_of(parse(query)) if isinstance(leaf, KeywordMatch)]
    assert [(leaf.field.name, leaf.value) for leaf in found] == [
        ("doi", "10.5281/zenodo.1"),
        ("parent.doi", "10.5281/zenodo.1"),
    ]


def test_brackets_belong_to_old_dois() -> None:
    assert parse("doi:10.1016/S0140-6736(05)12345-6") == KeywordMatch(
        CORE_FIELDS.fields["doi"], "10.1016/s0140-6736(05)12345-6"
    )


@pytest.mark.parametrize(
    "query", ["https://example.org/a?b=c&d=~e", "urn:nbn:de:101:1-2019", "ark:/12148/btv1b8449691v", "oai:zenodo.org:1"]
)
def test_addresses_and_names_with_colons_are_no_fields(query: str) -> None:
    names = {leaf.field.name for leaf in leaves_of(parse(query)) if isinstance(leaf, KeywordMatch)}
    assert names == {"identifiers", "related_identifiers"}


def test_now_is_the_moment_that_is_handed_in() -> None:
    noon = datetime(2026, 5, 14, 12, tzinfo=UTC)
    tree = parse("created:[now-1d/d TO now]", now=lambda: noon)
    assert isinstance(tree, NumberRange)
    assert tree.low == 1_778_630_400_000_000
    assert tree.high == 1_778_760_000_000_000


def test_fields_of_plugins_with_colons_need_no_escape() -> None:
    field = SearchField("custom_fields.journal:journal.title", Kind.TEXT, ("journal.title",), path=("x",))
    fields = CORE_FIELDS.extended([field])
    expected = TokenMatch(field, ("nature",))
    for query in (
        "custom_fields.journal:journal.title:Nature",
        r"custom_fields.journal\:journal.title:Nature",
        "journal.title:Nature",
    ):
        assert parse(query, fields) == expected


def test_two_fields_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match="'title' belongs to 'title' and to 'mine'"):
        FieldMap([*CORE_FIELDS.fields.values(), SearchField("mine", Kind.TEXT, ("title",))])


PIECES = st.sampled_from(
    [
        *"()[]{}\"'+-!~^*?:\\/<>=&| ", "AND", "OR", "NOT", "TO", "&&", "||", "title:", "doi:", "publication_date:",
        "size:", "_exists_:", "*:", "unknown:", "created:", "2020", "now", "now-7d", "10.5281/zenodo.1", "https://",
        "word", "深海", "é", "^2", "~1", "[2020 TO 2021]", "custom_fields.x", "\x00", "\ud800", "\u0301",
    ]
)  # fmt: skip


@settings(max_examples=600)
@given(st.lists(PIECES | st.text(max_size=4), max_size=14).map("".join))
def test_a_query_becomes_a_tree_or_a_refusal_and_nothing_else(query: str) -> None:
    noon = datetime(2026, 5, 14, 12, tzinfo=UTC)
    try:
        tree = parse(query, now=lambda: noon)
    except InvalidRequest:
        assert refusal(query)
        return
    assert hash(tree) == hash(parse(query, now=lambda: noon))
    for leaf in leaves_of(tree):
        if isinstance(leaf, TokenMatch):
            assert all(token and " " not in token for token in leaf.tokens)
