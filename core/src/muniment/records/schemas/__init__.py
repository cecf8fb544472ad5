"""What the JSON of records may hold: InvenioRDM's metadata schema, custom fields, access, files and identifiers."""

from __future__ import annotations

from muniment.records.schemas.draft import DraftSchema, LoadResult, check_publishable
from muniment.records.schemas.fields import (
    DisplayHints,
    FacetHint,
    IndexHints,
    MetadataField,
    MetadataFields,
    VocabularyUse,
)
from muniment.records.schemas.references import expand_many, expand_vocabularies, vocabulary_pairs

__all__ = [
    "DisplayHints",
    "DraftSchema",
    "FacetHint",
    "IndexHints",
    "LoadResult",
    "MetadataField",
    "MetadataFields",
    "VocabularyUse",
    "check_publishable",
    "expand_many",
    "expand_vocabularies",
    "vocabulary_pairs",
]
