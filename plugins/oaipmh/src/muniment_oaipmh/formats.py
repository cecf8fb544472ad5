"""Metadata formats: a prefix, what it stands for, and how a record is written in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

from muniment.api import RecordItem
from muniment_oaipmh import dublin_core
from muniment_oaipmh.arguments import PREFIX

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class MetadataFormat:
    """A format that harvesters can ask for. `write` gives an XML document for a record as everybody may see it; what it
    raises keeps that record out of the answer, and no other."""

    prefix: str
    schema: str
    namespace: str
    write: Callable[[RecordItem], str | bytes]
    #: Whether what `write` gives is known to be one well-formed element.
    is_trusted: bool = False


OAI_DC: Final = MetadataFormat("oai_dc", dublin_core.SCHEMA, dublin_core.NAMESPACE, dublin_core.write, is_trusted=True)


def formats_of(offered: Iterable[Mapping[str, Any]]) -> dict[str, MetadataFormat]:
    """All formats by prefix: `oai_dc`, without which no repository conforms, and what plugins offer. Of two with one
    prefix the first is taken, and the log tells."""
    found = {OAI_DC.prefix: OAI_DC}
    for values in offered:
        made = MetadataFormat(**values)
        if not PREFIX.fullmatch(made.prefix) or made.prefix in found:
            log.error("oaipmh_format_left_out", prefix=made.prefix)
            continue
        found[made.prefix] = made
    return found
