"""Avatars: an initial on a colour, drawn by the server. Nobody uploads pictures, so none can carry a script
(CVE-2021-25967, CVE-2025-24372)."""

from __future__ import annotations

from markupsafe import Markup

#: Dark enough for white letters to have a contrast of 4.5:1 and more.
_COLOURS = ("#0b5c6b", "#8a4b00", "#a3242b", "#1c6b3a", "#5b3f8c", "#35527a", "#7a3b62", "#4d5a1e")

_SVG = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256" width="256" height="256" role="img">'
    '<rect width="256" height="256" fill="{colour}"/>'
    '<text x="128" y="128" dy="0.36em" fill="#ffffff" font-size="140" text-anchor="middle" '
    'font-family="sans-serif">{letter}</text></svg>'
)


def avatar_svg(number: int, name: str) -> str:
    """The avatar of the subject `number`, with the first letter of `name`."""
    letter = next((character.upper() for character in name if character.isalnum()), "?")
    return str(_SVG.format(colour=_COLOURS[number % len(_COLOURS)], letter=letter[:1]))
