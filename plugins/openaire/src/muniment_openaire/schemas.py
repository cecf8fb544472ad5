"""Funders and grants as administrators send them: InvenioRDM's fields; what the server makes itself is left aside."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from muniment.api import clean_text
from muniment_openaire.entries import MAX_ID, MAX_NAME, MAX_TEXT

_LANGUAGE: Final = validate.Regexp(r"[a-z]{2,3}\Z", error="Use the code of a language, such as en.")
#: More identifiers, subjects or organisations than these no grant has.
_MOST: Final = validate.Length(max=100, error="At most 100.")


class Line(fields.String):
    """A text on one line, without what cannot be stored."""

    def __init__(self, most: int = MAX_NAME, *, least: int = 0, **arguments: Any) -> None:
        super().__init__(validate=validate.Length(min=least, max=most), **arguments)

    def _deserialize(self, value: Any, *arguments: Any, **more: Any) -> str:
        return " ".join(clean_text(super()._deserialize(value, *arguments, **more) or "").split())


class Sent(Schema):
    """Fields that are not known are left aside: clients send back what they have read."""

    class Meta:
        unknown = EXCLUDE


class IdentifierInput(Sent):
    scheme = Line(20, least=1, required=True)
    identifier = Line(MAX_ID, least=1, required=True)


class FunderInput(Sent):
    """A funder. Without `title` its name is the title."""

    id = fields.String(
        required=True,
        validate=validate.Regexp(
            r"[a-z0-9][a-z0-9._-]{0,99}\Z", error="Use the ROR id, such as 00k4n6c32, or small letters and digits."
        ),
    )
    name = Line(500, least=1, required=True)
    title = fields.Dict(keys=fields.String(validate=_LANGUAGE), values=Line(500, least=1), load_default=dict)
    acronym = Line(load_default="")
    country = fields.String(
        load_default="",
        validate=validate.Regexp(r"([A-Za-z]{2})?\Z", error="Use the two letters of ISO 3166, such as CH."),
    )
    identifiers = fields.List(fields.Nested(IdentifierInput), load_default=list, validate=_MOST)


class FunderReference(Sent):
    id = fields.String(required=True)


class SubjectInput(Sent):
    id = Line(MAX_ID)
    subject = Line(500)

    @post_load
    def _something(self, data: dict[str, str], **_: object) -> dict[str, str]:
        if not any(data.values()):
            raise ValidationError("Give the id or the words of a subject.")
        return data


class OrganisationInput(Sent):
    id = Line(MAX_ID)
    scheme = Line(20)
    organization = Line(500, least=1, required=True)


class AwardInput(Sent):
    """A grant. Its id is made of the funder's and its number."""

    id = fields.String(load_default="")
    number = Line(MAX_NAME, least=1, required=True)
    funder = fields.Nested(FunderReference, required=True)
    title = fields.Dict(keys=fields.String(validate=_LANGUAGE), values=Line(2000, least=1), load_default=dict)
    acronym = Line(load_default="")
    program = Line(load_default="")
    identifiers = fields.List(fields.Nested(IdentifierInput), load_default=list, validate=_MOST)
    subjects = fields.List(fields.Nested(SubjectInput), load_default=list, validate=_MOST)
    organizations = fields.List(fields.Nested(OrganisationInput), load_default=list, validate=_MOST)
    start_date = fields.Date(load_default=None)
    end_date = fields.Date(load_default=None)
    description = Line(MAX_TEXT, load_default="")
