"""What people write in requests, as it is stored."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import ValidationError

from muniment.api import Problem, ValidationFailed, clean_text, stored_html

LONGEST_TITLE: Final = 250
LONGEST_TEXT: Final = 25_000


def checked_title(sent: object) -> str:
    """One line; raises `ValidationFailed` that names the field."""
    return _checked("title", sent, LONGEST_TITLE)


def checked_html(field: str, sent: object) -> str:
    """The HTML of a text, cleaned; raises `ValidationFailed` that names the field."""
    return stored_html(_checked(field, sent, LONGEST_TEXT, lines=True))


def checked_payload(sent: object) -> dict[str, Any]:
    if not isinstance(sent, dict):
        raise ValidationFailed(errors=[Problem("payload", "Not a valid mapping.")])
    return sent


def _checked(field: str, sent: object, longest: int, *, lines: bool = False) -> str:
    if not isinstance(sent, str):
        raise ValidationFailed(errors=[Problem(field, "Not a valid string.")])
    try:
        return clean_text(sent, maximum=longest, lines=lines)
    except ValidationError as error:
        raise ValidationFailed(errors=[Problem(field, str(message)) for message in error.messages]) from error
