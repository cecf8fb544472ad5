"""Record and parent numbers: one sequence that never gives a number twice, shown decimal or in base 32."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from muniment.db.inserting import insert_missing
from muniment.plugins.models import Counter

COUNTER = "record_ids"
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_COUNTERS = cast(Table, Counter.__table__)
_TAKE = (
    update(_COUNTERS)
    .where(_COUNTERS.c.name == COUNTER)
    .values(value=_COUNTERS.c.value + bindparam("taken"))
    .returning(_COUNTERS.c.value)
)
_VALUES = {character: value for value, character in enumerate(_ALPHABET)} | {"o": 0, "i": 1, "l": 1}


def take_numbers(session: Session, count: int = 1) -> list[int]:
    """Reserve `count` new numbers inside a unit of work."""
    connection = session.connection()
    last = connection.execute(_TAKE, {"taken": count}).scalar_one_or_none()
    if last is None:
        insert_missing(session, Counter, name=COUNTER, value=0)
        last = connection.execute(_TAKE, {"taken": count}).scalar_one()
    return list(range(last - count + 1, last + 1))


class NumberFormat:
    """How numbers look in public: ``decimal`` ("123") or ``base32`` ("00000-03v20" in Crockford's alphabet)."""

    def __init__(self, style: str) -> None:
        self.style = style

    def format(self, number: int) -> str:
        if self.style == "decimal":
            return str(number)
        digits = ""
        rest = number
        while rest or len(digits) < 8:
            rest, digit = divmod(rest, 32)
            digits = _ALPHABET[digit] + digits
        text = digits + f"{98 - number * 100 % 97:02d}"
        return f"{text[:-5]}-{text[-5:]}"

    def parse(self, text: str) -> int | None:
        """The number that `text` shows, or None when it is no number of this repository."""
        if self.style == "decimal":
            return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 and text[0] != "0" else None
        compact = text.lower().replace("-", "")
        if not text.isascii() or not 10 <= len(compact) <= 14 or not compact[-2:].isdigit():
            return None
        number = 0
        for character in compact[:-2]:
            if character not in _VALUES:
                return None
            number = number * 32 + _VALUES[character]
        if number >= 2**62 or int(compact[-2:]) != 98 - number * 100 % 97:
            return None
        return number
