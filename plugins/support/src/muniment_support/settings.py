"""What operators can set."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate

from muniment.api import problem_with_address


def _(text: str) -> str:
    """Marks a text for translators; it is looked up when it is shown."""
    return text


#: What people write about unless operators say otherwise.
CATEGORIES: Final = (
    _("Something does not work"),
    _("Depositing, or correcting a record"),
    _("Access to a record"),
    _("My account"),
    _("Report something unlawful or harmful"),
    _("Something else"),
)
MOST_CATEGORIES: Final = 20


def _different(value: Any) -> None:
    if len({name.casefold() for name in value}) < len(value):
        raise ValidationError("Each category must be there once only.")


def _address(value: str) -> None:
    if value and (wrong := problem_with_address(value)):
        raise ValidationError(wrong.message)


class Settings(Schema):
    """The settings of the plugin."""

    recipient = fields.String(
        load_default="",
        validate=_address,
        metadata={
            "label": "Who reads the messages",
            "help": "An e-mail address. Without one, the contact of the site, if that is an address.",
        },
    )
    categories = fields.List(
        fields.String(validate=validate.Length(min=1, max=80)),
        load_default=lambda: list(CATEGORIES),
        validate=[validate.Length(min=1, max=MOST_CATEGORIES), _different],
        metadata={"label": "Categories", "help": "What people choose from, so that messages reach the right hands."},
    )
