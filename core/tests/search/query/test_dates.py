"""Days and moments in queries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from muniment.search.query.dates import day_period, from_microseconds, moment_period

NOW = datetime(2024, 3, 31, 12, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017", (20170101, 20171231)),
        ("2017-02", (20170201, 20170231)),
        ("2017-02-03", (20170203, 20170203)),
        ("0000", (101, 1231)),
        ("2017-13", None),
        ("2017-00-01", None),
        ("2017-01-01T23:59:59Z", (20170101, 20170101)),
        ("2017-01-01T23:00:00-05:00", (20170102, 20170102)),
        ("now", (20240331, 20240331)),
        ("yesterday", None),
        ("20170101", None),
        ("", None),
    ],
)
def test_days(text: str, expected: tuple[int, int] | None) -> None:
    assert day_period(text, lambda: NOW) == expected


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", datetime(2024, 1, 1), datetime(2025, 1, 1)),
        ("2024-02", datetime(2024, 2, 1), datetime(2024, 3, 1)),
        ("2024-02-29", datetime(2024, 2, 29), datetime(2024, 3, 1)),
        ("2024-02-29T10", datetime(2024, 2, 29, 10), datetime(2024, 2, 29, 11)),
        ("2024-02-29 10:20", datetime(2024, 2, 29, 10, 20), datetime(2024, 2, 29, 10, 21)),
        ("2024-02-29T10:20:30+02:00", datetime(2024, 2, 29, 8, 20, 30), datetime(2024, 2, 29, 8, 20, 31)),
        ("2024-02-29T10:20:30.5Z", datetime(2024, 2, 29, 10, 20, 30, 500000), None),
    ],
)
def test_moments_are_as_long_as_they_are_written(text: str, first: datetime, last: datetime | None) -> None:
    period = moment_period(text, lambda: NOW)
    assert period is not None
    assert from_microseconds(period[0]) == first.replace(tzinfo=UTC)
    end = first + timedelta(microseconds=1) if last is None else last
    assert from_microseconds(period[1] + 1) == end.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", NOW),
        ("now-1d", datetime(2024, 3, 30, 12, 30, 15)),
        ("now-1M", datetime(2024, 2, 29, 12, 30, 15)),
        ("now+1y", datetime(2025, 3, 31, 12, 30, 15)),
        ("now/d", datetime(2024, 3, 31)),
        ("now/w", datetime(2024, 3, 25)),
        ("now-1M/M", datetime(2024, 2, 1)),
        ("now/y", datetime(2024, 1, 1)),
        ("now-90m/h", datetime(2024, 3, 31, 11)),
        ("now/m", datetime(2024, 3, 31, 12, 30)),
    ],
)
def test_moments_relative_to_now(text: str, expected: datetime) -> None:
    period = moment_period(text, lambda: NOW)
    assert period is not None
    assert from_microseconds(period[0]) == expected.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["now-99999y", "now+", "nowish", "2024-02-30", "2024-02-29T25:00:00Z", "0000-01-01", "2024-01-01T00:00:00+99:00"],
)
def test_what_is_no_moment(text: str) -> None:
    assert moment_period(text, lambda: NOW) is None
