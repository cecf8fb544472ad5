"""What operators can set: the API client that they registered at ORCID, and whether works are added there."""

from __future__ import annotations

from marshmallow import Schema, fields


class Settings(Schema):
    """The settings of the plugin."""

    client_id = fields.String(
        load_default="",
        metadata={"label": "Client ID", "help": "Like APP-0123456789ABCDEF; without it nobody is offered ORCID."},
    )
    client_secret = fields.String(
        load_default="", metadata={"label": "Client secret", "help": "Of the same API client.", "secret": True}
    )
    url = fields.Url(
        load_default="https://orcid.org",
        require_tld=False,
        metadata={"label": "Address of ORCID", "help": "To try it out: https://sandbox.orcid.org."},
    )
    works = fields.Boolean(
        load_default=False,
        metadata={
            "label": "Add works to ORCID records",
            "help": "Of those who want it. Needs an API client of a member organisation of ORCID.",
        },
    )
