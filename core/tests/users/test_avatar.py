"""Avatars are drawn by the server from one letter."""

from __future__ import annotations

import pytest
from lxml import etree

from muniment.users.avatar import avatar_svg


@pytest.mark.parametrize(
    "name", ["Ada", "<script>alert(1)</script>", '"><image href=x>', "&amp;", "深海", "", "ß", "\u202e!"]
)
def test_an_avatar_holds_one_letter_and_no_markup_of_the_name_cve_2021_25967_cve_2025_24372(name: str) -> None:
    root = etree.fromstring(avatar_svg(3, name).encode())
    assert [etree.QName(child).localname for child in root] == ["rect", "text"]
    assert len(root[1].text) == 1


def test_the_colour_belongs_to_the_number() -> None:
    assert avatar_svg(3, "Ada") == avatar_svg(3, "Ada")
    assert avatar_svg(3, "Ada") != avatar_svg(4, "Ada")
