"""Dates: level 0 of the Extended Date/Time Format."""

from __future__ import annotations

from typing import Any

import pytest
from edtf import Date, Interval, parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from muniment.records.schemas.dates import EDTFDate, date_bounds


@pytest.mark.parametrize(
    ("value", "bounds"),
    [
        ("2020", ((2020, 1, 1), (2020, 12, 31))),
        ("2020-02", ((2020, 2, 1), (2020, 2, 29))),
        ("2019-02", ((2019, 2, 1), (2019, 2, 28))),
        ("2020-02-29", ((2020, 2, 29), (2020, 2, 29))),
        ("1939/1945", ((1939, 1, 1), (1945, 12, 31))),
        ("2018/2020-09", ((2018, 1, 1), (2020, 9, 30))),
        ("2004-06-11/2004", ((2004, 6, 11), (2004, 12, 31))),
        ("0000", ((0, 1, 1), (0, 12, 31))),
        ("-0044-03-15", ((-44, 3, 15), (-44, 3, 15))),
        ("-0500/0100", ((-500, 1, 1), (100, 12, 31))),
        ("-0004-02-29", ((-4, 2, 29), (-4, 2, 29))),
    ],
)
def test_dates_and_intervals(value: str, bounds: Any) -> None:
    assert date_bounds(value) == bounds
    assert EDTFDate().deserialize(value) == value


@pytest.mark.parametrize(
    "value",
    [
        "", "2020-13", "2020-00", "2020-02-30", "2021-02-29", "2020-1-1", "20200101", "1945/1939", "2020/", "/2020",
        "2020/..", "2020~", "2020?", "199X", "[1667,1668]", "2020/2021/2022", "today", "1/1/2020", "-0000", "２０２０",
        "2020-01-01T10:00:00Z", "2020-21", "12020",
    ],
)  # fmt: skip
def test_what_is_no_level_0_date_is_refused(value: str) -> None:
    with pytest.raises(ValidationError, match="Please provide a valid date or interval"):
        EDTFDate().deserialize(value)


_YEAR = st.integers(0, 9999).map(lambda year: f"{year:04d}")
_DAY = st.tuples(_YEAR, st.integers(0, 13), st.integers(0, 32)).map(lambda d: f"{d[0]}-{d[1]:02d}-{d[2]:02d}")
_MONTH = st.tuples(_YEAR, st.integers(0, 13)).map(lambda d: f"{d[0]}-{d[1]:02d}")
_DATE = st.one_of(_YEAR, _MONTH, _DAY)


@settings(deadline=None)
@given(st.one_of(_DATE, st.tuples(_DATE, _DATE).map("/".join)))
def test_what_is_accepted_is_edtf(value: str) -> None:
    if date_bounds(value) is None:
        return
    parsed = parse_edtf(value)
    assert isinstance(parsed, (Date, Interval))
    assert parsed.lower_strict()[:3] <= parsed.upper_strict()[:3]


@settings(deadline=None)
@given(st.one_of(_YEAR, _MONTH, st.tuples(_YEAR, _YEAR).map("/".join)))
def test_what_edtf_accepts_is_accepted(value: str) -> None:
    """Days are left out: the library takes 29 February of any year."""
    try:
        parsed = parse_edtf(value)
        known = isinstance(parsed, (Date, Interval)) and parsed.lower_strict() <= parsed.upper_strict()
    except EDTFParseException:
        known = False
    assert (date_bounds(value) is not None) == known


@pytest.mark.parametrize("value", ["2020-01-31T10:00:00Z", "2020-01-31T10:00:00+01:00", "2020-01-31T10:00:00"])
def test_points_in_time_are_for_dates_only(value: str) -> None:
    assert EDTFDate(times=True).deserialize(value) == value


@pytest.mark.parametrize(
    "value", ["2020-01-32T10:00:00Z", "2020-01-31T25:00:00Z", "2020-01-31T10:00Z", "2020T10:00:00Z"]
)
def test_points_in_time_are_checked(value: str) -> None:
    with pytest.raises(ValidationError):
        EDTFDate(times=True).deserialize(value)


@pytest.mark.parametrize("value", ["1984~", "2004-06/..", "[1667,1668]", "2020", "1984-06-02?/2004-08-08~", "201X"])
def test_level_2(value: str) -> None:
    assert EDTFDate(level=2).deserialize(value) == value


@pytest.mark.parametrize("value", ["soon", "2020-02-30", "[1667", "9" * 200, "[" * 99, "{" * 50 + "}" * 50])
def test_level_2_is_checked(value: str) -> None:
    with pytest.raises(ValidationError):
        EDTFDate(level=2).deserialize(value)


@settings(deadline=None)
@given(st.text(alphabet="0123456789-/[]{}.,~?%XYuTZ: ", max_size=30))
def test_no_text_breaks_dates(value: str) -> None:
    try:
        EDTFDate(level=2, times=True).deserialize(value)
    except ValidationError:
        pass
