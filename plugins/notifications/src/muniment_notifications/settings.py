"""What operators set."""

from __future__ import annotations

from marshmallow import Schema, fields


class Settings(Schema):
    """The settings of the plugin."""

    webhooks = fields.Boolean(
        load_default=True,
        metadata={
            "label": "Webhooks",
            "help": "People can have their notifications sent to programs of theirs at public addresses.",
        },
    )
