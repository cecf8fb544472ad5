"""Texts in several languages."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError

from muniment.records.schemas import limits
from muniment.records.schemas.parts import Errors, add_error
from muniment.records.schemas.text import NOT_A_TEXT, ValueField, clean_text, too_long

#: A language, perhaps with script or region (RFC 5646).
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)
_MAXIMUM_LANGUAGES = 200


class LocalizedText(ValueField):
    """Texts by language tag: `{"en": "...", "de": "..."}`."""

    def load_value(self, value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            raise ValidationError("Not a valid mapping type.")
        if len(value) > _MAXIMUM_LANGUAGES:
            raise ValidationError(too_long(_MAXIMUM_LANGUAGES))
        loaded: dict[str, str] = {}
        errors: Errors = {}
        for language, text in value.items():
            if text is not None:
                self._load_one(language, text, loaded, errors)
        if errors:
            raise ValidationError(errors, valid_data=loaded)
        return loaded

    @staticmethod
    def _load_one(language: Any, text: Any, loaded: dict[str, str], errors: Errors) -> None:
        if not isinstance(language, str) or _LANGUAGE_TAG.fullmatch(language) is None:
            add_error(errors, "Not a valid locale.")
        elif not isinstance(text, str):
            add_error(errors, NOT_A_TEXT, language)
        else:
            try:
                loaded[language] = clean_text(text, maximum=limits.TEXT, lines=True)
            except ValidationError as error:
                errors[language] = error.messages
