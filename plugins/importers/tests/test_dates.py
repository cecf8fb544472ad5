"""Dates are read where they have one meaning, and refused where they have two or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_importers import dates


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2017", "2017"),
        ("2017-08", "2017-08"),
        ("2017-08-24", "2017-08-24"),
        ("0001", "0001"),
        ("2545", "2545"),
        ("2014-10-10T08:30:00Z", "2014-10-10"),
        ("2014-10-10T08:30:00.123456+02:00", "2014-10-10"),
        ("2014-10-10 08:30:00", "2014-10-10"),
        ("2014-10-10 08:30:00.000000", "2014-10-10"),
        ("2014-10-10Z", "2014-10-10"),
        ("2014-00-00", "2014"),
        ("2014-03-00", "2014-03"),
        ("20141010", "2014-10-10"),
        ("2014/10/10", "2014-10-10"),
        ("2014/10", "2014-10"),
        ("2014-3-7", "2014-03-07"),
        ("07.03.2014", "2014-03-07"),
        ("14 September 2018", "2018-09-14"),
        ("Sept. 14, 2018", "2018-09-14"),
        ("September 2018", "2018-09"),
        ("2000/2019", "2000/2019"),
        ("2000-2019", "2000/2019"),
        ("2012-01-01/2012-12-31", "2012-01-01/2012-12-31"),
        ("2012-01-01T00:00:00/2012-12-31T23:59:59", "2012-01-01/2012-12-31"),
        ("2012-01-01T00:00:00Z/2012-01-01T12:00:00Z", "2012-01-01"),
        ("2012-02/2012", "2012-02/2012"),
    ],
)
def test_readable_dates(written: str, expected: str) -> None:
    assert dates.edtf(written) == expected


@pytest.mark.parametrize(
    "written",
    ["uuuu", "Err", "03/04/2015", "2015-13-01", "2015-02-30", "2015/", "/2015", "2012/..", "2012/2010", "12015", "",
     "14 Brumaire 1802", "٢٠١٥", "2015-06-01/uuuu", "between 1900 and 1910"],
)  # fmt: skip
def test_unreadable_dates_are_refused(written: str) -> None:
    with pytest.raises(dates.UnreadableDate):
        dates.edtf(written)


def test_a_moment_in_edtfs_own_form_stays_one() -> None:
    assert dates.edtf_or_moment("2014-10-10T08:30:00Z") == "2014-10-10T08:30:00Z"
    assert dates.edtf_or_moment("2014-10-10 08:30:00") == "2014-10-10"
    with pytest.raises(dates.UnreadableDate):
        dates.edtf_or_moment("2014-10-10T25:30:00Z")


@pytest.mark.parametrize(("written", "expected"), [("2017", "2017"), ("0", "0000"), ("1", "0001")])
def test_years(written: str, expected: str) -> None:
    assert dates.year(written) == expected


@pytest.mark.parametrize("written", ["17 BC", "20177", "-44", "٢٠١٥", ""])
def test_what_is_no_year(written: str) -> None:
    with pytest.raises(dates.UnreadableDate):
        dates.year(written)


@given(st.text(alphabet="0123456789-/.T:Z +uabcMay", max_size=30))
def test_any_text_gives_a_date_or_a_refusal(written: str) -> None:
    try:
        found = dates.edtf(written)
    except dates.UnreadableDate:
        return
    assert all(part[:4].isdecimal() and len(part) in (4, 7, 10) for part in found.split("/"))
