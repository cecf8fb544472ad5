"""What operators can set."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class Settings(Schema):
    """The settings of the plugin."""

    longest_months = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=1200),
        metadata={
            "label": "Longest embargo",
            "help": "How far from today the day may be when a record is published; 0 for as far as one likes.",
            "unit": "months",
        },
    )
