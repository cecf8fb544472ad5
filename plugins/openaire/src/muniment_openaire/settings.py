"""What operators can set; shown as a form, and validated before the plugin sees a value."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema


class Settings(Schema):
    """The settings of the plugin."""

    dumps_folder = fields.String(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={
            "label": "Folder with dumps",
            "help": "Where new data dumps are put: those of ROR (with ror in their names) and those of projects, of "
            "OpenAIRE or CORDIS. A job loads each one once, on Sundays. Empty: dumps are loaded by commands only.",
        },
    )
    notify = fields.Boolean(
        load_default=False,
        metadata={
            "label": "Tell OpenAIRE at once",
            "help": "Send every record that is published, changed or deleted to OpenAIRE for immediate indexing. "
            "OpenAIRE gives repositories that it harvests the address and the account for it.",
        },
    )
    api_url = fields.String(
        load_default="",
        validate=validate.Regexp(r"(https?://[^\s/]+\S*)?$", error="An address begins with https://."),
        metadata={"label": "Address", "help": "Of OpenAIRE's interface for results, without /feedObject."},
    )
    datasource = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"label": "Id of this repository", "help": "At OpenAIRE, for example opendoar____::2659."},
    )
    id_prefix = fields.String(
        load_default="",
        validate=validate.Regexp(r"[A-Za-z0-9.-]{0,100}", error="Letters, digits, dots and hyphens."),
        metadata={
            "label": "Middle of OAI identifiers",
            "help": "As in the setting of the same name of OAI-PMH, so that OpenAIRE knows a record again when it "
            "harvests it. Empty: the host of the site.",
        },
    )
    username = fields.String(load_default="", metadata={"label": "Account", "help": "The name of the account."})
    password = fields.String(load_default="", metadata={"label": "Password", "help": "Its password.", "secret": True})

    @validates_schema
    def _complete(self, data: dict[str, object], **_: object) -> None:
        if not data.get("notify"):
            return
        for key in ("api_url", "datasource", "username", "password"):
            if not data.get(key):
                raise ValidationError("Needed to tell OpenAIRE.", key)
