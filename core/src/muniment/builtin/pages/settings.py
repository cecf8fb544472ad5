"""What the plugin keeps beside its tables."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from muniment.builtin.pages.arranging import Change
from muniment.builtin.pages.menus import MOST, Entry


class Settings(Schema):
    """The menus, as operators want them."""

    #: The page on which they are changed.
    page = "control_menus.menus"

    entries = fields.List(
        fields.Nested(Entry),
        load_default=list,
        validate=validate.Length(max=MOST),
        metadata={"label": "Entries of menus", "help": "Links to other pages and sites."},
    )
    arrangement = fields.List(
        fields.Nested(Change),
        load_default=list,
        validate=validate.Length(max=200),
        metadata={
            "label": "Changes of menus",
            "help": "Entries of the core and of plugins that are hidden, renamed or moved.",
        },
    )
