"""What operators set."""

from __future__ import annotations

from marshmallow import Schema, fields
from marshmallow.validate import Range


class Settings(Schema):
    """The settings of the plugin."""

    guests = fields.Boolean(
        load_default=True,
        metadata={
            "label": "Guests may ask",
            "help": "Owners can then let people ask who have no account; such people confirm their address first.",
        },
    )
    confirm_hours = fields.Integer(
        load_default=24,
        validate=Range(1, 168),
        metadata={
            "label": "Guests confirm within",
            "help": "What a guest wrote is deleted when the address is not confirmed by then.",
            "unit": "hours",
        },
    )
    open_days = fields.Integer(
        load_default=90,
        validate=Range(1, 365),
        metadata={
            "label": "Requests are open for",
            "help": "What nobody has decided by then expires; it can be asked again.",
            "unit": "days",
        },
    )
