"""Logos: pictures with nothing in them but the picture."""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING, Final

from muniment.api import Actor, NotFound, Problem, ValidationFailed
from muniment_communities.community import Community
from muniment_communities.log import note
from muniment_communities.models import LogoRow

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

LARGEST: Final = 1_000_000
TOO_LARGE: Final = "A logo has at most 1 MB."
NO_PICTURE: Final = "Only PNG and JPEG pictures are taken."
DAMAGED: Final = "The picture is damaged."
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD"})


class Logos:
    """The logos of the communities of one repository."""

    def __init__(self, service: CommunityService) -> None:
        self.service = service
        self.database = service.database

    def read(self, community: Community) -> tuple[bytes, str]:
        """The picture and its media type; raises `NotFound`."""
        with self.database.read() as session:
            row = session.get(LogoRow, community.id)
            if row is None:
                raise NotFound("This community has no logo.")
            return row.content, row.media_type

    def replace(self, actor: Actor, name: str, content: bytes) -> Community:
        """Give a community a logo. Raises `PermissionDenied`, and `ValidationFailed` for what is no picture."""
        community = self.service.get(actor, name)
        self.service.roles.require(actor, community, "own")
        picture, kind = cleaned(content)
        with self.database.write() as unit:
            row = self.service.locked(unit, community.id)
            there = unit.session.get(LogoRow, community.id)
            if there is None:
                unit.session.add(LogoRow(community=community.id, media_type=kind, content=picture))
            else:
                there.media_type, there.content = kind, picture
            row.logo = hashlib.sha256(picture).hexdigest()[:16]
            self.service.touched(unit, actor, row, records=False)
            note(unit, actor, community.id, "logo_changed")
            return Community.of(row)

    def remove(self, actor: Actor, name: str) -> Community:
        """Take the logo of a community away."""
        community = self.service.get(actor, name)
        self.service.roles.require(actor, community, "own")
        with self.database.write() as unit:
            row = self.service.locked(unit, community.id)
            there = unit.session.get(LogoRow, community.id)
            if there is None:
                raise NotFound("This community has no logo.")
            unit.session.delete(there)
            row.logo = ""
            self.service.touched(unit, actor, row, records=False)
            note(unit, actor, community.id, "logo_removed")
            return Community.of(row)


def cleaned(content: bytes) -> tuple[bytes, str]:
    """A picture without the parts that hold texts, places and whatever follows its end, and its media type. Raises
    `ValidationFailed`."""
    if len(content) > LARGEST:
        raise _refused(TOO_LARGE)
    if content.startswith(_PNG):
        return _png(content), "image/png"
    if content.startswith(_JPEG):
        return _jpeg(content), "image/jpeg"
    raise _refused(NO_PICTURE)


def _refused(message: str) -> ValidationFailed:
    return ValidationFailed(errors=[Problem("logo", message)])


def _png(content: bytes) -> bytes:
    kept, place = [_PNG], len(_PNG)
    while place + 12 <= len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        kind, end = content[place + 4 : place + 8], place + 12 + length
        if end > len(content):
            break
        if kind in _CHUNKS:
            kept.append(content[place:end])
        if kind == b"IEND":
            return b"".join(kept)
        place = end
    raise _refused(DAMAGED)


def _jpeg(content: bytes) -> bytes:
    """Without APP1 to APP15 (but Adobe's colours) and comments; what follows the start of the scan stays."""
    kept, place = [content[:2]], 2
    while place + 4 <= len(content):
        mark, kind = content[place], content[place + 1]
        (length,) = struct.unpack(">H", content[place + 2 : place + 4])
        if mark != 0xFF or length < 2:
            break
        if kind == 0xDA:
            end = content.rfind(b"\xff\xd9")
            if end < place:
                break
            return b"".join([*kept, content[place : end + 2]])
        if not (0xE1 <= kind <= 0xEF and kind != 0xEE) and kind != 0xFE:
            kept.append(content[place : place + 2 + length])
        place += 2 + length
    raise _refused(DAMAGED)
