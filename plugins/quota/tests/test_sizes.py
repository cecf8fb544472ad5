"""Sizes as people write them."""

from __future__ import annotations

from typing import Any

import pytest

from muniment_quota.sizes import read_size, shown_size


@pytest.mark.parametrize(
    ("written", "octets"),
    [
        ("50 GB", 50 * 10**9),
        ("1,5tb".upper(), 1_500_000_000_000),
        ("10k", 10_000),
        ("0", 0),
        (7, 7),
        ("-1", None),
        ("1e9", None),
        ("9999 TB", None),
        (True, None),
        (1.5, None),
        ("", None),
        (None, None),
        (["1"], None),
    ],
)
def test_what_is_read(written: Any, octets: int | None) -> None:
    assert read_size(written) == octets


def test_what_is_shown_can_be_typed_again() -> None:
    for octets in (0, 1, 1000, 1_500_000, 80 * 10**9, 10**12):
        assert read_size(shown_size(octets)) == octets
