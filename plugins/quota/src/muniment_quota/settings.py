"""What operators set."""

from __future__ import annotations

from marshmallow import Schema, fields
from marshmallow.validate import Range


class Settings(Schema):
    """The settings of the plugin."""

    person_megabytes = fields.Integer(
        load_default=0,
        validate=Range(0, 1_000_000_000),
        metadata={
            "label": "Storage of a person",
            "help": "What all drafts and records of one person may hold together, unless something else is set for "
            "them. 0 sets no limit.",
            "unit": "MB",
        },
    )
    largest_request_gigabytes = fields.Integer(
        load_default=1000,
        validate=Range(1, 1_000_000),
        metadata={
            "label": "Most that can be asked for",
            "help": "Requests for more storage name so much at most.",
            "unit": "GB",
        },
    )
