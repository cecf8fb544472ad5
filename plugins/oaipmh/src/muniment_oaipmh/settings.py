"""What operators can set; shown as a form, and validated before the plugin sees a value."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class Settings(Schema):
    """The settings of the plugin. What InvenioRDM calls them stands in the operator's guide."""

    id_prefix = fields.String(
        load_default="",
        validate=[
            validate.Length(max=200),
            validate.Regexp(r"^[A-Za-z0-9.\-_~]*\Z", error="Letters, digits and dots."),
        ],
        metadata={
            "label": "Name in identifiers",
            "help": (
                "What stands in the middle of oai:example.org:12, a domain of yours. Harvesters know records by it, so "
                "it must stay the same. Without one it is the name of the site's host."
            ),
        },
    )
    admin_emails = fields.List(
        fields.Email(),
        load_default=list,
        validate=validate.Length(max=5),
        metadata={
            "label": "Addresses for harvesters",
            "help": "Who answers questions of harvesters. Without one the contact of the site.",
        },
    )
    page_size = fields.Integer(
        load_default=100,
        validate=validate.Range(min=1, max=1000),
        metadata={"label": "Size of a page", "help": "How many records an answer holds at most.", "unit": "records"},
    )
    pause_hours = fields.Integer(
        load_default=168,
        validate=validate.Range(min=1, max=8760),
        metadata={
            "label": "Pause of a harvest",
            "help": "How long a harvester may take from one page to the next.",
            "unit": "hours",
        },
    )
