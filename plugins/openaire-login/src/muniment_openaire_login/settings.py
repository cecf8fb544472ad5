"""What operators can set: the service that they registered at OpenAIRE."""

from __future__ import annotations

from marshmallow import Schema, fields


class Settings(Schema):
    """The settings of the plugin."""

    client_id = fields.String(
        load_default="",
        metadata={"label": "Client ID", "help": "Of the service registered there; without it nobody is offered it."},
    )
    client_secret = fields.String(
        load_default="", metadata={"label": "Client secret", "help": "Of the same service.", "secret": True}
    )
    issuer = fields.Url(
        load_default="https://aai.openaire.eu/oidc/",
        require_tld=False,
        metadata={"label": "Issuer", "help": "Another one for a test system."},
    )
