"""Dates, sizes and localised titles."""

from __future__ import annotations

import pytest

from muniment.web.ui.wording import display_date, file_size, localized, plain_version, term_title


@pytest.mark.parametrize(
    ("value", "locale", "shown"),
    [
        ("2026-05-14", "en_GB", "14 May 2026"),
        ("2026-05-14", "de", "14. Mai 2026"),
        ("2026-05", "en_GB", "May 2026"),
        ("2026", "en_GB", "2026"),
        ("2016/2025-12", "en_GB", "2016 – December 2025"),
        ("2016-01-01/..", "en_GB", "1 January 2016 – .."),
        ("2026-02-31", "en_GB", "2026-02-31"),
        ("2026-13", "en_GB", "2026-13"),
        ("-0044", "en_GB", "-0044"),
        ("ca. 1900", "en_GB", "ca. 1900"),
        (None, "en_GB", ""),
        ("2026-05-14T23:59:59+00:00", "en_GB", "14 May 2026"),
        ("2026-05-14", "xx", "May 14, 2026"),
    ],
)
def test_dates_read_as_people_write_them_and_odd_ones_stay(value: object, locale: str, shown: str) -> None:
    assert display_date(value, locale) == shown


@pytest.mark.parametrize(
    ("octets", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (12_345, "12.3 kB"),
        (88_123_456, "88.1 MB"),
        (41_123_456_789, "41.1 GB"),
        (10**15, "1000 TB"),
    ],
)
def test_sizes_use_decimal_units(octets: int, shown: str) -> None:
    assert file_size(octets, "en_GB") == shown


def test_sizes_follow_the_language() -> None:
    assert file_size(12_345, "de") == "12,3 kB"


def test_titles_fall_back_to_english_then_to_anything() -> None:
    titles = {"en": "Dataset", "de": "Datensatz"}
    assert localized(titles, "de") == "Datensatz"
    assert localized(titles, "de_CH") == "Datensatz"
    assert localized(titles, "fr") == "Dataset"
    assert localized({"sv": "Dataset (sv)"}, "fr") == "Dataset (sv)"
    assert localized(None, "fr") == ""
    assert term_title({"id": "dataset"}, "de") == "dataset"


@pytest.mark.parametrize(
    ("version", "shown"), [("v2.1", "2.1"), ("Version 3", "3"), ("versatile", "versatile"), ("2.1", "2.1"), (None, "")]
)
def test_versions_lose_the_word_that_pages_put_before_them(version: object, shown: str) -> None:
    assert plain_version(version) == shown
