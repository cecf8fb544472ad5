"""How long texts and lists may be: generous for people, small enough that no input can occupy the server."""

from __future__ import annotations

from typing import Final

#: Characters of names, labels and other short texts.
NAME: Final = 1000
#: Characters of titles, descriptions of dates and places, references, and other plain texts.
TEXT: Final = 10_000
#: Characters of identifiers and addresses.
IDENTIFIER: Final = 4000
#: Characters of ids in vocabularies and of names of schemes.
TERM: Final = 1000
#: Characters of a version, as in InvenioRDM.
VERSION: Final = 191
#: Characters of formatted (HTML) text, before and after cleaning.
HTML: Final = 300_000
#: Levels of nested HTML elements.
HTML_DEPTH: Final = 200
#: Entries of a list, unless it says otherwise; the longest author lists have about 6000.
ITEMS: Final = 20_000
#: Entries of lists of formatted texts.
FORMATTED_ITEMS: Final = 100
#: Positions of a geometry.
POSITIONS: Final = 10_000
