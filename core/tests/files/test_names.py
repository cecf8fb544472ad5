"""Names of files: what is kept, what is refused and why."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.files.names import InvalidName, check_name, extension, folders_of, shown


@pytest.mark.parametrize(
    "name",
    [
        "a.csv",
        "data/2024/a.csv",
        ".zenodo.json",
        "README",
        "深海/生物.txt",
        "ملف.txt",
        "with space.txt",
        "2024-01-01T10:00:00.csv",
        "what?.txt",
        "100%.txt",
        'quote".txt',
        "a..b",
        "...",
        "con-text.txt",
        "é" * 100,
    ],
)
def test_ordinary_names_are_kept(name: str) -> None:
    assert check_name(name) == name


def test_decomposed_names_are_composed() -> None:
    assert check_name(unicodedata.normalize("NFD", "Zürich/é.csv")) == "Zürich/é.csv"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "needs a name"),
        (None, "needs a name"),
        (5, "needs a name"),
        ("../etc/passwd", "contains '..'"),
        ("a/../b", "contains '..'"),
        ("./a", "contains '.'"),
        ("/etc/passwd", "empty folder"),
        ("a//b", "empty folder"),
        ("folder/", "empty folder"),
        ("a\\b", "backslash"),
        ("a\0b", "U+0000"),
        ("a\r\nSet-Cookie: x", "U+000D"),
        ("a\x7f", "U+007F"),
        ("annexe\u202etxt.exe", "U+202E"),
        ("a\u200f.txt", "U+200F"),
        ("\ud800.txt", "not valid Unicode"),
        (" a.txt", "begins or ends with a space"),
        ("folder /a.txt", "begins or ends with a space"),
        ("NUL", "reserved"),
        ("data/com1.txt", "reserved"),
        ("x" * 256, "longer than 255 bytes"),
        ("/".join(["x" * 200] * 6), "longer than 1024 bytes"),
    ],
)
def test_bad_names_are_refused_with_the_reason(name: object, reason: str) -> None:
    """No name leads out of the folder of a record, from whichever way in (CVE-2025-53622)."""
    with pytest.raises(InvalidName, match=reason.replace(".", r"\.").replace("+", r"\+")):
        check_name(name)


def test_the_message_names_the_file_and_is_printable() -> None:
    with pytest.raises(InvalidName) as caught:
        check_name("a\nb" + "c" * 500)
    assert str(caught.value).startswith("'a\ufffdbccc")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 250


@given(st.text(max_size=80))
def test_every_name_is_accepted_once_and_for_all_or_refused(name: str) -> None:
    try:
        accepted = check_name(name)
    except InvalidName:
        return
    assert check_name(accepted) == accepted
    assert ".." not in accepted.split("/")
    assert not accepted.startswith("/")


def test_folders_of_a_name() -> None:
    assert folders_of("a.csv") == []
    assert folders_of("data/2024/a.csv") == ["data", "data/2024"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.CSV", "csv"), ("x.tar.gz", "gz"), ("README", ""), (".profile", ""), ("v1.2/file", "")],
)
def test_extension(name: str, expected: str) -> None:
    assert extension(name) == expected


def test_shown_is_not_endless() -> None:
    assert len(shown("x" * 1000)) <= 122
