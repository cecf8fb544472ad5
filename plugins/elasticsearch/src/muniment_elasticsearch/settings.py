"""What operators can set; shown as a form, and validated before the plugin sees a value."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

FLAVOURS: Final = ("opensearch", "elasticsearch")
_PREFIX: Final = validate.Regexp(r"[a-z][a-z0-9-]{0,40}\Z", error="Lower-case letters, digits and -, a letter first.")


class Settings(Schema):
    """The settings of the plugin."""

    flavour = fields.String(
        load_default="opensearch",
        validate=validate.OneOf(FLAVOURS, labels=("OpenSearch", "Elasticsearch")),
        metadata={"label": "Software", "help": "Each is spoken to with its own client; the other refuses it."},
    )
    hosts = fields.List(
        fields.Url(schemes={"http", "https"}, require_tld=False),
        load_default=lambda: ["http://127.0.0.1:9200"],
        validate=validate.Length(min=1),
        metadata={"label": "Nodes", "help": "Addresses of nodes of the cluster; one that is away is passed over."},
    )
    ca_file = fields.String(
        load_default="",
        metadata={
            "label": "Certificate authority",
            "help": "A file with the certificates that vouch for the nodes, when the system does not know them.",
        },
    )
    username = fields.String(load_default="", metadata={"label": "Account", "help": "Empty when none is needed."})
    password = fields.String(load_default="", metadata={"label": "Password", "help": "Its password.", "secret": True})
    api_key = fields.String(
        load_default="",
        metadata={"label": "API key", "help": "In place of an account; Elasticsearch only.", "secret": True},
    )
    prefix = fields.String(
        load_default="muniment",
        validate=_PREFIX,
        metadata={
            "label": "Prefix",
            "help": "Names of indexes begin so; each repository in a cluster has its own.",
        },
    )
    shards = fields.Integer(
        load_default=1,
        validate=validate.Range(1, 64),
        metadata={"label": "Shards", "help": "Parts of a new index. One is right below some ten million records."},
    )
    replicas = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 9),
        metadata={"label": "Replicas", "help": "Copies of each part on other nodes; with one, a node may be lost."},
    )
    timeout = fields.Integer(
        load_default=5,
        validate=validate.Range(1, 60),
        metadata={"label": "Patience", "help": "A search that takes longer fails.", "unit": "seconds"},
    )

    @validates_schema
    def _together(self, data: dict[str, object], **_: object) -> None:
        if data.get("api_key") and data.get("flavour") != "elasticsearch":
            raise ValidationError("OpenSearch has no API keys; use an account.", "api_key")
        if data.get("api_key") and data.get("username"):
            raise ValidationError("Give an account or an API key, not both.", "api_key")


def key_of(settings: SimpleNamespace) -> tuple[object, ...]:
    """What a backend is opened with: with other settings it is opened anew."""
    return tuple(tuple(value) if isinstance(value, list) else value for _, value in sorted(vars(settings).items()))
