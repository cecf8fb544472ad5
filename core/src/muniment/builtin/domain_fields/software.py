"""Fields of software, after CodeMeta."""

from __future__ import annotations

from muniment.identifiers import IdentifierSchemes
from muniment.records.schemas.fields import DisplayHints, FacetHint, IndexHints, MetadataField, VocabularyUse
from muniment.records.schemas.parts import ListOf
from muniment.records.schemas.relations import WebAddress
from muniment.records.schemas.terms import TermField

_LANGUAGES = "code:programmingLanguages"
_STATUS = "code:developmentStatus"


def _repository(_schemes: IdentifierSchemes) -> WebAddress:
    return WebAddress("You must provide a valid URL.")


def _languages(_schemes: IdentifierSchemes) -> ListOf:
    return ListOf(TermField(), maximum=1000)


def _status(_schemes: IdentifierSchemes) -> TermField:
    return TermField()


SOFTWARE_FIELDS = (
    MetadataField(
        name="code:codeRepository",
        title="Repository URL",
        field=_repository,
        index=IndexHints(exact=("",)),
        display=DisplayHints(section="Software", order=50, description="Where the source code is developed."),
    ),
    MetadataField(
        name="code:programmingLanguage",
        title="Programming languages",
        field=_languages,
        vocabularies=(VocabularyUse(_LANGUAGES, "*"),),
        index=IndexHints(
            text=("*.title.en",),
            exact=("*.id",),
            facet=FacetHint("programming_language", "Programming languages", "*.id", _LANGUAGES),
        ),
        display=DisplayHints(section="Software", order=51),
    ),
    MetadataField(
        name="code:developmentStatus",
        title="Development status",
        field=_status,
        vocabularies=(VocabularyUse(_STATUS),),
        index=IndexHints(exact=("id",), facet=FacetHint("development_status", "Development status", "id", _STATUS)),
        display=DisplayHints(
            section="Software", order=52, description="How far the software is, after repostatus.org."
        ),
    ),
)
