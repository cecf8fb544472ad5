"""Plain text as it is stored: Unicode NFC, no control characters, trimmed, bounded in length."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from marshmallow import ValidationError, fields, missing

from muniment.records.schemas import limits

#: Control characters, halves of surrogate pairs and noncharacters: no XML, no database and no page can hold them.
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
#: White space that ends lines or pages.
_LINE_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_OTHER_BREAKS = re.compile("[\x0b\x0c]")
_SINGLE_LINE = re.compile(r"[\t\n]+ *")
#: Marks without width that come along when text is copied; InvenioRDM removes them too.
_INVISIBLE = re.compile("[\u200b\ufeff]")

NOT_A_TEXT = "Not a valid string."


def clean_text(value: str, *, maximum: int = limits.TEXT, lines: bool = False) -> str:
    """The form of a text that is stored: NFC, trimmed, on one line unless `lines`.

    Raises marshmallow's `ValidationError` when the text is longer than `maximum` characters or holds characters
    that cannot be stored.
    """
    if len(value) > maximum:
        raise ValidationError(too_long(maximum))
    if value.isascii() and value.isprintable():
        return value.strip()
    refuse_control_characters(value)
    if not value.isascii():
        value = _INVISIBLE.sub("", unicodedata.normalize("NFC", value))
    value = _OTHER_BREAKS.sub(" ", _LINE_BREAKS.sub("\n", value)).strip()
    if not lines and not value.isprintable():
        value = _SINGLE_LINE.sub(" ", value)
    if len(value) > maximum:
        raise ValidationError(too_long(maximum))
    return value


def refuse_control_characters(value: str) -> None:
    """Raise `ValidationError` naming the first character that cannot be stored and its place (from 1)."""
    found = _FORBIDDEN.search(value)
    if found is None:
        return
    code = ord(found.group())
    kind = "half of a character" if 0xD800 <= code <= 0xDFFF else "the control character"
    raise ValidationError(f"The text contains {kind} (U+{code:04X}) at position {found.start() + 1}. Please remove it.")


def too_long(maximum: int) -> str:
    return f"Longer than maximum length {maximum}."


class ValueField(fields.Raw):
    """A field that looks at nothing but its own value, which `load_value` turns into what is stored.

    `load_value` raises `ValidationError` for what it refuses.
    """

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """As marshmallow does it, but straight for a value that is there: a record has hundreds of them."""
        if value is None or value is missing:
            return super().deserialize(value, attr, data, **kwargs)
        loaded = self.load_value(value)
        if self.validators:
            self._validate(loaded)
        return loaded

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        return self.load_value(value)

    def load_value(self, value: Any) -> Any:
        raise NotImplementedError


class Text(ValueField):
    """A plain text field.

    `minimum` and `maximum` count characters of the cleaned text; `blank` replaces the message for an empty text;
    `lines` keeps line breaks. A text that is too short is refused with marshmallow's message.
    """

    def __init__(
        self,
        *,
        minimum: int = 0,
        maximum: int = limits.TEXT,
        blank: str | None = None,
        lines: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.minimum = minimum
        self.maximum = maximum
        self.blank = blank
        self.lines = lines

    def load_value(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(NOT_A_TEXT)
        text = clean_text(value, maximum=self.maximum, lines=self.lines)
        if len(text) < self.minimum:
            raise ValidationError(self.blank or f"Shorter than minimum length {self.minimum}.")
        return text
