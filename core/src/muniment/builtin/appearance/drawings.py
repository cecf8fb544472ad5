"""Logos as they may be shown: drawings (SVG) without anything that acts or reaches out, and pictures (PNG) with nothing
but the picture."""

from __future__ import annotations

import re
import struct
import zlib
from typing import Final
from xml.etree import ElementTree

from muniment.errors import Problem, ValidationFailed

#: The largest file that is taken, in bytes: it is part of every page.
LARGEST: Final = 200_000
#: The longest edge of a picture, in pixels.
LONGEST: Final = 4000

_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_ELEMENTS: Final = frozenset(
    {
        "svg", "g", "defs", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text",
        "tspan", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "symbol", "use", "style",
    }
)  # fmt: skip
#: In styles and attributes: what leads elsewhere. Inside of the drawing, ``url(#…)``, is fine.
_OUTWARD: Final = re.compile(r"url\((?!\s*['\"]?#)|@|\\|expression|javascript:|data:|https?:|//", re.IGNORECASE)
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD"})


def cleaned(content: bytes, control: str) -> tuple[bytes, str]:
    """A logo as it may be stored, with the ending of its name. Raises `ValidationFailed` that names the control."""
    if len(content) > LARGEST:
        raise _refused(control, "The file is larger than 200 kB; a logo is part of every page.")
    if content.startswith(_PNG):
        return _picture(content, control), "png"
    if b"<svg" in content[:4000]:
        return _drawing(content, control), "svg"
    raise _refused(control, "Only SVG and PNG files are taken.")


def _refused(control: str, message: str) -> ValidationFailed:
    return ValidationFailed(errors=[Problem(control, message)])


def _drawing(content: bytes, control: str) -> bytes:
    """The drawing with the elements and attributes that only draw. Declarations of entities are refused, since they
    can grow without bounds."""
    if re.search(rb"<!\s*(?:DOCTYPE[^>]*\[|ENTITY)", content, re.IGNORECASE):
        raise _refused(control, "The drawing declares entities; save it as plain SVG.")
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise _refused(control, "The drawing is not well-formed SVG.") from None
    if root.tag != f"{{{_SVG}}}svg":
        raise _refused(control, "The drawing is not well-formed SVG.")
    _clean(root)
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    text: str = ElementTree.tostring(root, encoding="unicode")
    return text.encode()


def _clean(element: ElementTree.Element) -> None:
    for name, value in list(element.attrib.items()):
        if not _is_harmless(name, value):
            del element.attrib[name]
    for child in list(element):
        namespace, _, name = child.tag.rpartition("}") if isinstance(child.tag, str) else ("", "", "")
        if namespace != f"{{{_SVG}" or name not in _ELEMENTS or (name == "style" and _OUTWARD.search(child.text or "")):
            element.remove(child)
        else:
            _clean(child)


def _is_harmless(name: str, value: str) -> bool:
    namespace, _, local = name.rpartition("}")
    if local == "href":
        return value.startswith("#") and namespace in ("", f"{{{_XLINK}")
    return not namespace and not local.lower().startswith("on") and _OUTWARD.search(value) is None


def _picture(content: bytes, control: str) -> bytes:
    """The picture without the chunks that hold texts, places and whatever follows its end."""
    kept, place = [_PNG], len(_PNG)
    while place + 12 <= len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        kind, end = content[place + 4 : place + 8], place + 12 + length
        chunk = content[place:end]
        if len(chunk) < 12 + length or zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
            break
        if kind == b"IHDR":
            width, height = struct.unpack(">II", chunk[8:16])
            if not (0 < width <= LONGEST and 0 < height <= LONGEST):
                raise _refused(control, "The picture is wider or higher than 4000 pixels.")
        if kind in _CHUNKS:
            kept.append(chunk)
        if kind == b"IEND":
            return b"".join(kept)
        place = end
    raise _refused(control, "The picture is damaged.")
