"""The settings of the plugin."""

from __future__ import annotations

from marshmallow import Schema, fields


class Settings(Schema):
    """What an operator can set."""

    resolver = fields.Url(
        load_default="https://doi.org",
        schemes={"http", "https"},
        require_tld=False,
        metadata={
            "label": "DOI resolver",
            "help": "Asked for the description of a DOI (content negotiation). Empty for none.",
        },
    )
