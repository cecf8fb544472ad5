"""The settings of the plugin."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class Settings(Schema):
    """What an operator can set."""

    required_roles = fields.List(
        fields.String(validate=validate.Regexp(r"[a-z][a-z0-9-]{1,79}\Z", error="The name of a role.")),
        load_default=list,
        metadata={
            "label": "Roles that need a second step",
            "help": "People with such a role set it up at their next sign-in, before anything else; "
            "for instance administrator.",
        },
    )
    other_ways = fields.Boolean(
        load_default=False,
        metadata={
            "label": "Also after other ways of signing in",
            "help": "Ask for the second step when an identity provider elsewhere vouched for somebody too.",
        },
    )
