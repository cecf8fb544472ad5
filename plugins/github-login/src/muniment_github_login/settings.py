"""What operators can set: the OAuth app that GitHub gave them."""

from __future__ import annotations

from marshmallow import Schema, fields


class Settings(Schema):
    """The settings of the plugin."""

    client_id = fields.String(
        load_default="",
        metadata={"label": "Client ID", "help": "Of the OAuth app at GitHub; without it nobody is offered GitHub."},
    )
    client_secret = fields.String(
        load_default="", metadata={"label": "Client secret", "help": "Of the same OAuth app.", "secret": True}
    )
    url = fields.Url(
        load_default="https://github.com",
        require_tld=False,
        metadata={"label": "Address of GitHub", "help": "Another one for GitHub Enterprise."},
    )
    api_url = fields.Url(
        load_default="https://api.github.com",
        require_tld=False,
        metadata={"label": "Address of GitHub's API", "help": "Of GitHub Enterprise: its address with /api/v3."},
    )
