"""What can be changed of the look without a restart; each stands before a key of the configuration."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema, ValidationError, fields, validate

from muniment.settings.config import Theme
from muniment.web.ui.branding import theme_problems


def _light(colours: Mapping[str, str]) -> None:
    _refuse_unreadable(Theme(colours=colours))


def _dark(colours: Mapping[str, str]) -> None:
    _refuse_unreadable(Theme(dark_colours=colours))


def _refuse_unreadable(theme: Theme) -> None:
    problems = theme_problems(theme)
    if problems:
        raise ValidationError([f"{problem.field.rpartition('.')[2]}: {problem.message}." for problem in problems])


class Settings(Schema):
    """The look of the site."""

    #: The page on which they are changed.
    page = "control_appearance.appearance"

    name = fields.String(
        load_default=None,
        validate=validate.Length(1, 200),
        metadata={
            "configures": "site.name",
            "label": "Name",
            "help": "In titles and messages, and as publisher unless another one is named.",
        },
    )
    description = fields.String(
        load_default=None,
        validate=validate.Length(max=1000),
        metadata={
            "configures": "site.description",
            "label": "Description",
            "help": "A sentence about the repository, for the front page and machines.",
            "multiline": True,
        },
    )
    publisher = fields.String(
        load_default=None,
        validate=validate.Length(max=200),
        metadata={
            "configures": "site.publisher",
            "label": "Publisher",
            "help": "What new uploads propose; the name of the site when empty.",
        },
    )
    contact = fields.String(
        load_default=None,
        validate=validate.Length(max=200),
        metadata={
            "configures": "site.contact",
            "label": "Contact",
            "help": "The address, of mail or a page, for questions to whoever runs the site.",
        },
    )
    logo = fields.String(load_default=None, metadata={"configures": "theme.logo", "label": "Logo"})
    logo_dark = fields.String(
        load_default=None, metadata={"configures": "theme.logo_dark", "label": "Logo on dark pages"}
    )
    colours = fields.Dict(
        fields.String(),
        fields.String(),
        load_default=None,
        validate=_light,
        metadata={"configures": "theme.colours", "label": "Colours of light pages"},
    )
    dark_colours = fields.Dict(
        fields.String(),
        fields.String(),
        load_default=None,
        validate=_dark,
        metadata={"configures": "theme.dark_colours", "label": "Colours of dark pages"},
    )
