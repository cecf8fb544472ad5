"""The descriptive metadata of a record: InvenioRDM's schema, after DataCite 4.6."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from muniment.identifiers import IdentifierSchemes
from muniment.records.schemas import limits
from muniment.records.schemas.dates import EDTFDate
from muniment.records.schemas.html import HTMLText
from muniment.records.schemas.identifiers import IdentifierPart, IdentifierValueSet
from muniment.records.schemas.locations import locations
from muniment.records.schemas.parts import REQUIRED, Errors, ListOf, ObjectOf, Part, add_error
from muniment.records.schemas.people import ContributorPart, CreatorPart, creators
from muniment.records.schemas.relations import FunderPart, RightsPart, SubjectPart, award
from muniment.records.schemas.terms import TermField
from muniment.records.schemas.text import Text


class TitlePart(Part):
    title = Text(required=True, minimum=3)
    type = TermField(required=True)
    lang = TermField()


class DescriptionPart(Part):
    description = HTMLText(required=True, minimum=3)
    type = TermField(required=True)
    lang = TermField()


class DatePart(Part):
    date = EDTFDate(required=True, times=True)
    type = TermField(required=True)
    description = Text(lines=True)


class RelatedIdentifierPart(IdentifierPart):
    relation_type = TermField(required=True)
    resource_type = TermField()


class ReferencePart(IdentifierPart):
    reference = Text(required=True, minimum=1)


class FundingPart(Part):
    funder = ObjectOf(FunderPart(), required=True)


class MetadataPart(Part):
    """The fields that need nothing but themselves; the others are added by `metadata_part`."""

    resource_type = TermField(required=True)
    title = Text(required=True, minimum=3)
    additional_titles = ListOf(ObjectOf(TitlePart()))
    publisher = Text()
    publication_date = EDTFDate(required=True)
    subjects = ListOf(ObjectOf(SubjectPart()))
    dates = ListOf(ObjectOf(DatePart()))
    languages = ListOf(TermField())
    sizes = ListOf(Text(minimum=1, maximum=limits.NAME, blank="Size cannot be a blank string."))
    formats = ListOf(Text(minimum=1, maximum=limits.NAME, blank="Format cannot be a blank string."))
    version = Text(maximum=limits.VERSION)
    rights = ListOf(ObjectOf(RightsPart()), maximum=100)
    copyright = HTMLText(minimum=1)
    description = HTMLText(minimum=3)
    additional_descriptions = ListOf(ObjectOf(DescriptionPart()), maximum=limits.FORMATTED_ITEMS)

    def finish(self, data: dict[str, Any], errors: Errors) -> None:
        if data.get("creators") == []:
            add_error(errors, REQUIRED, "creators")


def metadata_part(schemes: IdentifierSchemes) -> MetadataPart:
    """The whole schema for an instance's identifier schemes. Building it is costly; keep it."""
    more: dict[str, fields.Field] = {  # type: ignore[type-arg]
        "creators": creators(schemes, CreatorPart, required=True),
        "contributors": creators(schemes, ContributorPart),
        "identifiers": IdentifierValueSet(ObjectOf(IdentifierPart(schemes, "record"))),
        "related_identifiers": ListOf(ObjectOf(RelatedIdentifierPart(schemes, "related"))),
        "locations": locations(schemes),
        "funding": ListOf(ObjectOf(FundingPart.with_fields(award=award(schemes)))),
        "references": ListOf(ObjectOf(ReferencePart(schemes, "related", optional=True))),
    }
    return MetadataPart.with_fields(**more)
