"""Where a work was published or presented: journal, book or report, thesis, conference."""

from __future__ import annotations

from marshmallow import ValidationError

from muniment.identifiers import IdentifierSchemes
from muniment.records.schemas import limits
from muniment.records.schemas.dates import EDTFDate
from muniment.records.schemas.fields import DisplayHints, IndexHints, MetadataField
from muniment.records.schemas.identifiers import IdentifierPart, IdentifierValueSet
from muniment.records.schemas.parts import ObjectOf, Part
from muniment.records.schemas.relations import WebAddress
from muniment.records.schemas.text import Text

_SCHEMES = IdentifierSchemes()


class CheckedNumber(Text):
    """A number with a check digit, kept as it is written."""

    def __init__(self, scheme: str, message: str) -> None:
        super().__init__(maximum=100)
        self.scheme = scheme
        self.message = message

    def load_value(self, value: object) -> str:
        text = super().load_value(value)
        if text and not _SCHEMES.is_valid(self.scheme, text):
            raise ValidationError(self.message)
        return text


class JournalPart(Part):
    title = Text()
    issn = CheckedNumber("issn", "Please provide a valid ISSN.")
    volume = Text(maximum=limits.NAME)
    issue = Text(maximum=limits.NAME)
    pages = Text(maximum=limits.NAME)


class ImprintPart(Part):
    title = Text()
    place = Text(maximum=limits.NAME)
    pages = Text(maximum=limits.NAME)
    isbn = CheckedNumber("isbn", "Please provide a valid ISBN.")
    edition = Text(maximum=limits.NAME)


class ThesisPart(Part):
    university = Text(maximum=limits.NAME)
    department = Text(maximum=limits.NAME)
    type = Text(maximum=limits.NAME)
    date_submitted = EDTFDate(level=2)
    date_defended = EDTFDate(level=2)


class MeetingPart(Part):
    title = Text()
    acronym = Text(maximum=limits.NAME)
    dates = Text(maximum=limits.NAME)
    place = Text()
    session = Text(maximum=limits.NAME)
    session_part = Text(maximum=limits.NAME)
    url = WebAddress("You must provide a valid URL.")


def _journal(_schemes: IdentifierSchemes) -> ObjectOf:
    return ObjectOf(JournalPart())


def _imprint(_schemes: IdentifierSchemes) -> ObjectOf:
    return ObjectOf(ImprintPart())


def _thesis(_schemes: IdentifierSchemes) -> ObjectOf:
    return ObjectOf(ThesisPart())


def _meeting(schemes: IdentifierSchemes) -> ObjectOf:
    identifiers = IdentifierValueSet(ObjectOf(IdentifierPart(schemes, "related")), maximum=100)
    return ObjectOf(MeetingPart.with_fields(identifiers=identifiers))


JOURNAL = MetadataField(
    name="journal:journal",
    title="Journal",
    field=_journal,
    index=IndexHints(text=("title",), exact=("issn", "volume", "issue", "pages")),
    display=DisplayHints(
        section="Journal",
        order=10,
        labels={
            "title": "Title",
            "issn": "ISSN",
            "volume": "Volume",
            "issue": "Issue",
            "pages": "Page range or article number",
        },
        description="The journal in which the article was published.",
    ),
)

IMPRINT = MetadataField(
    name="imprint:imprint",
    title="Imprint",
    field=_imprint,
    index=IndexHints(text=("title", "place"), exact=("isbn", "pages", "edition")),
    display=DisplayHints(
        section="Book, report or proceedings",
        order=20,
        labels={"title": "Title", "place": "Place", "pages": "Pagination", "isbn": "ISBN", "edition": "Edition"},
        description="The book, report or proceedings of which this is a part.",
    ),
)

THESIS = MetadataField(
    name="thesis:thesis",
    title="Thesis",
    field=_thesis,
    index=IndexHints(text=("university", "department"), exact=("type", "date_submitted", "date_defended")),
    display=DisplayHints(
        section="Thesis",
        order=30,
        labels={
            "university": "Awarding university",
            "department": "Awarding department",
            "type": "Thesis type",
            "date_submitted": "Submission date",
            "date_defended": "Defense date",
        },
        description="The university that accepted the thesis.",
    ),
)

MEETING = MetadataField(
    name="meeting:meeting",
    title="Conference",
    field=_meeting,
    index=IndexHints(
        text=("title", "place"),
        exact=("acronym", "dates", "session", "session_part", "url", "identifiers.*.identifier"),
    ),
    display=DisplayHints(
        section="Conference",
        order=40,
        labels={
            "title": "Title",
            "acronym": "Acronym",
            "dates": "Dates",
            "place": "Place",
            "url": "Website",
            "session": "Session",
            "session_part": "Part",
            "identifiers": "Identifiers",
        },
        description="The conference at which the work was presented.",
    ),
)
