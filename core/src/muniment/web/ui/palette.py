"""Colours of an instance from one: shades of it that can be read on light and on dark pages.

Lightness and strength are those of OKLCH (Björn Ottosson, 2020), in which equal steps look equal.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from muniment.settings.config import Theme
from muniment.web.ui.branding import theme_problems

#: The strength that soft grounds may have at most.
_SOFT: Final = 0.03


def palette(accent: str) -> tuple[dict[str, str], dict[str, str]]:
    """Colours for light and for dark pages by the names of tokens: those nearest to `accent` (#rrggbb) that can be
    read."""
    lightness, strength, hue = to_oklch(accent)
    return (
        _readable(strength, hue, lightness, _light),
        _readable(strength, hue, max(lightness, 0.7), _dark),
    )


def _light(lightness: float, strength: float, hue: float) -> tuple[dict[str, str], Theme]:
    colours = {
        "brand": from_oklch(lightness, strength, hue),
        "brand-soft": from_oklch(0.95, min(strength, _SOFT), hue),
        "on-brand": "#ffffff",
        "link": from_oklch(lightness - 0.02, strength, hue),
    }
    return colours, Theme(colours=colours)


def _dark(lightness: float, strength: float, hue: float) -> tuple[dict[str, str], Theme]:
    colours = {
        "brand": from_oklch(lightness, min(strength, 0.13), hue),
        "brand-soft": from_oklch(0.3, min(strength, _SOFT), hue),
        "on-brand": from_oklch(0.22, min(strength, _SOFT), hue),
        "link": from_oklch(min(lightness + 0.03, 0.97), min(strength, 0.11), hue),
    }
    return colours, Theme(dark_colours=colours)


def _readable(strength: float, hue: float, wanted: float, shades: object) -> dict[str, str]:
    """The first shades, from the wanted lightness on, that can be read with everything they stand on."""
    assert callable(shades)
    for lightness in _steps(wanted, darker=shades is _light):
        colours, theme = shades(lightness, strength, hue)
        if not theme_problems(theme):
            found: dict[str, str] = colours
            return found
    raise AssertionError("black and white can always be read")


def _steps(wanted: float, *, darker: bool) -> Iterator[float]:
    step = -0.01 if darker else 0.01
    lightness = wanted
    while 0.1 <= lightness <= 0.96:
        yield lightness
        lightness += step
    yield 0.1 if darker else 0.96


def to_oklch(colour: str) -> tuple[float, float, float]:
    """Lightness 0 to 1, strength from 0, hue in radians of `#rrggbb`."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def from_oklch(lightness: float, strength: float, hue: float) -> str:
    """The colour `#rrggbb`, as strong as screens can show it at this lightness."""
    while True:
        channels = _channels(lightness, strength, hue)
        if strength < 0.002 or all(-0.0005 <= value <= 1.0005 for value in channels):
            return "#" + "".join(f"{round(_encoded(min(max(value, 0.0), 1.0)) * 255):02x}" for value in channels)
        strength *= 0.95


def _channels(lightness: float, strength: float, hue: float) -> tuple[float, float, float]:
    a, b = strength * math.cos(hue), strength * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _linear(value: float) -> float:
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


def _encoded(value: float) -> float:
    return float(value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055)
