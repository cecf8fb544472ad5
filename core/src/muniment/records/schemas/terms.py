"""Fields that hold the id of a vocabulary's term."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError

from muniment.records.schemas import limits
from muniment.records.schemas.parts import NOT_AN_OBJECT, REQUIRED
from muniment.records.schemas.text import NOT_A_TEXT, ValueField, clean_text


class TermField(ValueField):
    """`{"id": ...}`; other keys, such as the title that the server sends along, are dropped.

    Which vocabulary the id belongs to, and whether it exists, is settled for a whole record at once: see
    `muniment.records.schemas.references`.
    """

    def load_value(self, value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            raise ValidationError(NOT_AN_OBJECT)
        return {"id": term_id(value.get("id"))}


def term_id(value: Any) -> str:
    """A cleaned id; raises `ValidationError` for the key `id`."""
    if value is None:
        raise ValidationError({"id": [REQUIRED]})
    if not isinstance(value, str):
        raise ValidationError({"id": [NOT_A_TEXT]})
    try:
        identifier = clean_text(value, maximum=limits.TERM)
    except ValidationError as error:
        raise ValidationError({"id": error.messages}) from error
    if not identifier:
        raise ValidationError({"id": [REQUIRED]})
    return identifier
