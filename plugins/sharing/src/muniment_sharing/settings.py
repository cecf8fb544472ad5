"""What operators set."""

from __future__ import annotations

from marshmallow import Schema, fields
from marshmallow.validate import Range


class Settings(Schema):
    """The settings of the plugin."""

    invitation_days = fields.Integer(
        load_default=30,
        validate=Range(1, 365),
        metadata={
            "label": "Invitations end after",
            "help": "So long an invitation by e-mail, or the offer of a record, can be accepted.",
            "unit": "days",
        },
    )
    longest_link_days = fields.Integer(
        load_default=0,
        validate=Range(0, 3650),
        metadata={
            "label": "Longest life of a link",
            "help": "Links must then have a last day, and it may not be later. 0 sets no limit.",
            "unit": "days",
        },
    )
    letters_a_day = fields.Integer(
        load_default=50,
        validate=Range(1, 1000),
        metadata={
            "label": "Invitations and offers per person and day",
            "help": "Keeps the site from being used to send mail to strangers.",
        },
    )
