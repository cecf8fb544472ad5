"""Things that stand in a vocabulary or are described in words: affiliations, funders, awards, subjects, licences.

An object with an id and words may be what the server sent (`{"id", "title", ...}`) or come from a repository with
other vocabularies. Both parts are loaded; `muniment.records.schemas.references` decides, once it knows the id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validate

from muniment.identifiers import IdentifierSchemes
from muniment.records.schemas import limits
from muniment.records.schemas.identifiers import IdentifierPart, IdentifierSet
from muniment.records.schemas.localized import LocalizedText
from muniment.records.schemas.parts import Errors, ObjectOf, Part, add_error
from muniment.records.schemas.terms import term_id
from muniment.records.schemas.text import Text

_WEB_ADDRESS = validate.URL(schemes={"http", "https", "ftp", "ftps"}, error="Not a valid URL.")


class WebAddress(Text):
    """An absolute http, https or ftp address."""

    def __init__(self, message: str = "Not a valid URL.", **kwargs: Any) -> None:
        super().__init__(maximum=limits.IDENTIFIER, **kwargs)
        self.message = message

    def load_value(self, value: Any) -> str:
        text = super().load_value(value)
        try:
            _WEB_ADDRESS(text)
        except ValidationError as error:
            raise ValidationError(self.message) from error
        return text


class TermId(Text):
    """The id of a term, inside an object that may also be described in words."""

    def load_value(self, value: Any) -> str:
        try:
            return term_id(value)
        except ValidationError as error:
            messages = error.messages
            raise ValidationError(messages["id"] if isinstance(messages, dict) else messages) from error


class RelationPart(Part):
    """`{id}` or words, of which at least one of `words` must be there; an empty one counts as absent."""

    words: tuple[str, ...] = ()
    message = ""

    id = TermId()

    def prepare(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """Forms send empty texts for what was not chosen."""
        return {key: item for key, item in value.items() if item != ""}

    def finish(self, data: dict[str, Any], errors: Errors) -> None:
        if data and not errors and "id" not in data and not any(data.get(key) for key in self.words):
            add_error(errors, self.message)


class AffiliationPart(RelationPart):
    words = ("name",)
    message = "An existing id or a free text name must be present."

    name = Text(maximum=limits.NAME)


class AffiliationField(ObjectOf):
    """An affiliation, also given as a plain name."""

    def __init__(self) -> None:
        super().__init__(AffiliationPart())

    def load_value(self, value: Any) -> dict[str, Any]:
        return super().load_value({"name": value} if isinstance(value, str) else value)


class SubjectPart(RelationPart):
    words = ("subject",)
    message = "An existing id or a free text subject must be present."

    subject = Text(maximum=limits.NAME)


class FunderPart(RelationPart):
    words = ("name",)
    message = "An existing id or a free text name must be present."

    name = Text(maximum=limits.NAME)


class AwardPart(RelationPart):
    words = ("number", "title")
    message = "An existing id or either number or title must be present."

    title = LocalizedText()
    number = Text(maximum=limits.NAME)
    acronym = Text(maximum=limits.NAME)
    program = Text(maximum=limits.NAME)


def award(schemes: IdentifierSchemes) -> ObjectOf:
    identifiers = IdentifierSet(ObjectOf(IdentifierPart(schemes, "award", optional=True)), maximum=100)
    return ObjectOf(AwardPart.with_fields(identifiers=identifiers))


class RightsPart(RelationPart):
    """A licence of the vocabulary, or one described by title, description and link."""

    words = ("title",)
    message = "An existing id or a free text title must be present"

    title = LocalizedText()
    description = LocalizedText()
    link = WebAddress()

    def load_part(self, value: Mapping[str, Any]) -> tuple[dict[str, Any], Errors]:
        data, errors = super().load_part(value)
        sent_by_server = value.get("props") is not None or value.get("icon") is not None
        if "id" in data and len(data) > 1 and not sent_by_server:
            add_error(
                errors,
                "Only an existing id or free text title/description/link is accepted, "
                "but not both cases at the same time",
            )
        return data, errors
