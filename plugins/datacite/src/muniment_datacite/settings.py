"""The settings of the plugin."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

TEST_PREFIX = "10.5072"


class Settings(Schema):
    """What an operator can set."""

    test_mode = fields.Boolean(
        load_default=True,
        metadata={"label": "Test mode", "help": "Register with a stand-in, under the prefix 10.5072."},
    )
    prefix = fields.String(
        load_default=TEST_PREFIX,
        validate=validate.Regexp(r"10\.\d{4,9}", error="A DOI prefix looks like 10.1234."),
        metadata={"label": "Prefix", "help": "The prefix that DataCite gave this repository."},
    )
    suffix = fields.String(
        load_default="muniment.{id}",
        validate=validate.Regexp(
            r"[a-z0-9._/-]*\{id\}[a-z0-9._/-]*",
            error="Lower-case letters, digits and . _ - / around {id}, for instance repository.{id}.",
        ),
        metadata={"label": "Suffix", "help": "What follows the prefix; {id} stands for the record's id."},
    )
    required = fields.Boolean(
        load_default=True,
        metadata={"label": "Required", "help": "Give every version a DOI when it is published."},
    )
    api_url = fields.Url(
        load_default="https://api.datacite.org",
        require_tld=False,
        metadata={"label": "Address of DataCite's API", "help": "Their test system is https://api.test.datacite.org."},
    )
    username = fields.String(load_default="", metadata={"label": "Account", "help": "For example ABCD.REPO."})
    password = fields.String(load_default="", metadata={"label": "Password", "help": "Its password.", "secret": True})

    @validates_schema
    def _complete(self, data: dict[str, object], **_: object) -> None:
        if data.get("test_mode", True):
            return
        if data.get("prefix", TEST_PREFIX) == TEST_PREFIX:
            raise ValidationError("Outside test mode the prefix must be your own, not 10.5072.", "prefix")
        for key in ("username", "password"):
            if not data.get(key):
                raise ValidationError("Needed outside test mode.", key)
