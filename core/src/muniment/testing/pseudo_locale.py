"""Catalogues of an invented language: every text accented and longer, so that a text that is not translatable, or a
layout that breaks with longer words or from right to left, shows itself."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from muniment.web.ui.environment import TRANSLATIONS

#: Real codes, since browsers and Babel know no invented ones: one read from left to right, one from right to left.
LEFT_TO_RIGHT, RIGHT_TO_LEFT = "eo", "ar"

_ACCENTED = str.maketrans("AEIOUaeiouncsNCS", "ÁËÍÖÛáëíöûñçšÑÇŠ")
_FIXED = re.compile(r"(%\(\w+\)[sd]|<[^>]*>)")


def pseudo(text: str) -> str:
    """The text accented and about four tenths longer; placeholders and markup stay."""
    parts = [part if _FIXED.fullmatch(part) else part.translate(_ACCENTED) for part in _FIXED.split(text)]
    words = len(text) * 2 // 5 // 4
    return "".join(parts) + " lörë" * words


def write_pseudo_locale(instance: Path, code: str) -> None:
    """Give the instance the invented language under a real code; it must be among `site.languages`."""
    with (TRANSLATIONS / "de" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        source = read_po(file, locale="de")
    catalogue = Catalog(locale=code)
    for message in source:
        if not message.id:
            continue
        if isinstance(message.id, str):
            catalogue.add(message.id, pseudo(message.id), context=message.context)
        else:
            one, many = message.id[0], message.id[1]
            forms = (pseudo(one), *[pseudo(many)] * (catalogue.num_plurals - 1))
            catalogue.add((one, many), forms, context=message.context)
    folder = instance / "translations" / code / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "messages.mo").open("wb") as target:
        write_mo(target, catalogue)
