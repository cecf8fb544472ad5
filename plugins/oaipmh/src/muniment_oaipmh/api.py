"""What plugins may import that require this one: what is answered to harvesters, for writers of answers."""

from __future__ import annotations

from muniment_oaipmh.content import (
    Answer,
    Description,
    Formats,
    Header,
    Headers,
    MakeWriter,
    Mistake,
    Record,
    Records,
    Resumption,
    Sets,
    Writer,
)
from muniment_oaipmh.formats import MetadataFormat
from muniment_oaipmh.identity import Identity
from muniment_oaipmh.moments import shown
from muniment_oaipmh.sets import RecordSet

__all__ = [
    "Answer",
    "Description",
    "Formats",
    "Header",
    "Headers",
    "Identity",
    "MakeWriter",
    "MetadataFormat",
    "Mistake",
    "Record",
    "RecordSet",
    "Records",
    "Resumption",
    "Sets",
    "Writer",
    "shown",
]
