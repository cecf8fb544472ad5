"""The built-in plugin `rules`: keys of the configuration that operators change without a restart."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from muniment.hooks.meta import implements
from muniment.plugins.context import PluginContext

_POSITIVE: Final = validate.Range(min=1)
_NOT_NEGATIVE: Final = validate.Range(min=0)


def _stands_for(key: str, label: str, unit: str = "", help: str = "") -> dict[str, Any]:
    return {"configures": key, "label": label, "help": help} | ({"unit": unit} if unit else {})


class Settings(Schema):
    """What is not set here is as the configuration says."""

    registration = fields.Boolean(
        load_default=None,
        metadata=_stands_for(
            "site.registration", "People can sign up by themselves", help="Otherwise they are invited."
        ),
    )
    unlisted_domains = fields.String(
        load_default=None,
        validate=validate.OneOf(("open", "moderated", "blocked")),
        metadata=_stands_for(
            "site.unlisted_domains",
            "Who signs up with an address of an unlisted domain",
            help="Is let in (open), waits for approval (moderated) or is refused (blocked).",
        ),
    )
    restricted = fields.Boolean(
        load_default=None, metadata=_stands_for("records.restricted", "Records may be restricted")
    )
    metadata_only = fields.Boolean(
        load_default=None, metadata=_stands_for("records.metadata_only", "Records may have no files")
    )
    max_count = fields.Integer(
        load_default=None, validate=_POSITIVE, metadata=_stands_for("files.max_count", "Files of one record at most")
    )
    max_bytes = fields.Integer(
        load_default=None,
        validate=_POSITIVE,
        metadata=_stands_for("files.max_bytes", "All files of one record together at most", "bytes"),
    )
    max_file_bytes = fields.Integer(
        load_default=None, validate=_POSITIVE, metadata=_stands_for("files.max_file_bytes", "One file at most", "bytes")
    )
    allow_empty = fields.Boolean(load_default=None, metadata=_stands_for("files.allow_empty", "Files may be empty"))
    refused_endings = fields.List(
        fields.String(validate=validate.Length(1, 40)),
        load_default=None,
        metadata=_stands_for("files.refused_endings", "Endings of files that are refused", help="For instance exe."),
    )
    draft_days = fields.Integer(
        load_default=None,
        validate=_POSITIVE,
        metadata=_stands_for(
            "records.draft_days",
            "Drafts that nobody touched are removed after",
            "days",
            "Only drafts that were never published.",
        ),
    )
    owner_delete_days = fields.Integer(
        load_default=None,
        validate=_NOT_NEGATIVE,
        metadata=_stands_for(
            "records.owner_delete_days", "Owners may delete what they published for", "days", "0 for never."
        ),
    )
    file_modification_days = fields.Integer(
        load_default=None,
        validate=_NOT_NEGATIVE,
        metadata=_stands_for(
            "records.file_modification_days",
            "Owners may replace the files of what they published for",
            "days",
            "0 for administrators only.",
        ),
    )
    file_modification_publish_days = fields.Integer(
        load_default=None,
        validate=_POSITIVE,
        metadata=_stands_for(
            "records.file_modification_publish_days",
            "Replaced files have to be published within",
            "days",
            "Added to the days in which replacing may begin.",
        ),
    )
    erase_days = fields.Integer(
        load_default=None,
        validate=_NOT_NEGATIVE,
        metadata=_stands_for(
            "privacy.erase_days", "An account is deleted after", "days", "Counted from when its owner asks for it."
        ),
    )
    export_days = fields.Integer(
        load_default=None,
        validate=_POSITIVE,
        metadata=_stands_for("privacy.export_days", "Exported personal data can be downloaded for", "days"),
    )


class Plugin:
    """It has settings only."""

    Settings = Settings

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def privacy_none(self) -> str:
        return "Rules for everybody; who changed them stands in the audit trail."
