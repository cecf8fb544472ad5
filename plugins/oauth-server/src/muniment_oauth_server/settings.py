"""The settings of the plugin."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class Settings(Schema):
    """What an operator can set."""

    access_minutes = fields.Integer(
        load_default=60,
        validate=validate.Range(5, 525_600),
        metadata={
            "label": "Life of an access token",
            "help": "In minutes. Programs renew it by themselves; Zenodo's live for 86400.",
        },
    )
    days = fields.Integer(
        load_default=365,
        validate=validate.Range(1, 365),
        metadata={
            "label": "Life of an authorization",
            "help": "In days, a year at most: after that the person is asked again.",
        },
    )
    key_days = fields.Integer(
        load_default=90,
        validate=validate.Range(7, 365),
        metadata={"label": "Life of a signing key", "help": "In days: then the next one signs ID tokens."},
    )
    most_applications = fields.Integer(
        load_default=20,
        validate=validate.Range(0, 1000),
        metadata={"label": "Applications of one person", "help": "How many one may register at most; 0 closes this."},
    )
