"""Check digits of ROR, GND, ISNI and ORCID, with identifiers of real organisations and persons."""

from __future__ import annotations

import idutils
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.identifiers.check_digits import bare_gnd, bare_isni, bare_orcid, bare_ror


@pytest.mark.parametrize("code", ["05dxps055", "01ggx4157", "00k4n6c32", "02mhbdp94", "05a28rw58"])
@pytest.mark.parametrize("form", ["{}", "https://ror.org/{}", "ror.org/{}", " http://ror.org/{} "])
def test_ror_is_found_in_every_form(code: str, form: str) -> None:
    assert bare_ror(form.format(code)) == code
    assert bare_ror(form.format(code).upper()) == code


@pytest.mark.parametrize("value", ["05dxps056", "05dxpz055", "15dxps055", "05dxps05", "05dxpl055", "", "ror"])
def test_wrong_ror_is_refused(value: str) -> None:
    assert bare_ror(value) is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("118540238", "118540238"),  # Goethe
        ("gnd:118540238", "118540238"),
        ("https://d-nb.info/gnd/118540238", "118540238"),
        ("4079163-4", "4079163-4"),  # a subject heading
        ("GND:4079154-3", "4079154-3"),
        ("11855817X", "11855817X"),
        ("11855817x", "11855817X"),
    ],
)
def test_gnd_is_found_in_every_form(value: str, code: str) -> None:
    assert bare_gnd(value) == code


@pytest.mark.parametrize("value", ["118540239", "4079163-5", "118540238 and more", "0-1", "gnd:", "118 540 238"])
def test_wrong_gnd_is_refused(value: str) -> None:
    assert bare_gnd(value) is None


def test_isni_is_stored_without_spaces() -> None:
    assert bare_isni("0000 0001 2156 142X") == "000000012156142X"
    assert bare_isni("https://isni.org/isni/000000012156142x") == "000000012156142X"
    assert bare_isni("0000 0001 2156 1421") is None


@pytest.mark.parametrize(
    "value",
    ["0000-0001-8135-3489", "0000000181353489", "https://orcid.org/0000-0001-8135-3489", "orcid:0000-0001-8135-3489"],
)
def test_orcid_is_found_in_every_form(value: str) -> None:
    assert bare_orcid(value) == "0000-0001-8135-3489"


@pytest.mark.parametrize(
    "value", ["0000-0001-8135-3480", "0000 0001 2156 142X", "０000-0001-8135-3489", "0000-0001-8135"]
)
def test_wrong_orcid_is_refused(value: str) -> None:
    assert bare_orcid(value) is None


@given(
    st.sampled_from((0, 14_999_999, 15_000_000, 35_000_000, 899_999_999_999, 900_000_000_000)), st.integers(0, 10**7)
)
def test_people_are_checked_as_idutils_checks_them(start: int, offset: int) -> None:
    digits = f"{start + offset:015}"
    for character in "0123456789X":
        code = digits + character
        assert (bare_isni(code) is not None) == idutils.is_isni(code)
        assert (bare_orcid(code) is not None) == idutils.is_orcid(code)
