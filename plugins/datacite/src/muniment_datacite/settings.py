"""The settings of the plugin."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

TEST_PREFIX: Final = "10.5072"
_PREFIX: Final = validate.Regexp(r"10\.\d{4,9}\Z", error="A DOI prefix looks like 10.1234.")


class Settings(Schema):
    """What an operator can set."""

    test_mode = fields.Boolean(
        load_default=True,
        metadata={
            "label": "Test mode",
            "help": "Register with a stand-in inside this repository, under the prefix 10.5072.",
        },
    )
    dois = fields.String(
        load_default="required",
        validate=validate.OneOf(
            ("required", "optional", "off"),
            labels=("Every version gets one", "On request", "None are given"),
        ),
        metadata={"label": "New DOIs", "help": "DOIs that there are stay and are kept up to date in any case."},
    )
    prefix = fields.String(
        load_default=TEST_PREFIX,
        validate=_PREFIX,
        metadata={"label": "Prefix", "help": "Of new DOIs: the prefix that DataCite gave this repository."},
    )
    further_prefixes = fields.List(
        fields.String(validate=_PREFIX),
        load_default=list,
        metadata={
            "label": "Further prefixes",
            "help": "Of older DOIs of this repository: they are kept up to date, and no depositor may claim them.",
        },
    )
    suffix = fields.String(
        load_default="muniment.{id}",
        validate=validate.Regexp(
            r"[a-z0-9._/-]*\{id\}[a-z0-9._/-]*\Z",
            # marshmallow formats the message, so that braces in it are doubled.
            error="Lower-case letters, digits and . _ - / around {{id}}, for instance repository.{{id}}.",
        ),
        metadata={"label": "Suffix", "help": "What follows the prefix; {id} stands for the record's id."},
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


def active_prefix(settings: SimpleNamespace) -> str:
    """The prefix of new DOIs."""
    return TEST_PREFIX if settings.test_mode else str(settings.prefix)


def own_prefixes(settings: SimpleNamespace) -> tuple[str, ...]:
    """Every prefix whose DOIs are this repository's own, that of new ones first. The one of tests is nobody's."""
    return tuple(dict.fromkeys((active_prefix(settings), settings.prefix, *settings.further_prefixes, TEST_PREFIX)))
