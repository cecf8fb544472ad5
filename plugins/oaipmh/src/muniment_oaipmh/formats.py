"""Metadata formats: a prefix, what it stands for, and how records are written in it.

They come from the export formats of all plugins, as far as those say how they are harvested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import structlog

from muniment.api import ExportFormat, PluginFailure, RecordItem, Repository, attempt
from muniment_oaipmh import dublin_core
from muniment_oaipmh.arguments import PREFIX
from muniment_oaipmh.xml import element, root_element

log = structlog.get_logger(__name__)

#: What a record is in a format: the root element of its document, or why it cannot be written.
Written = str | Exception


@dataclass(frozen=True)
class MetadataFormat:
    """A format that harvesters can ask for. `write` takes records as everybody may see them."""

    prefix: str
    schema: str
    namespace: str
    write: Callable[[Sequence[RecordItem]], list[Written]]


@dataclass(frozen=True)
class OtherName:
    """A prefix under which aggregators look for a format that has another one here; some want it wrapped."""

    prefix: str
    of: str
    is_wrapped: bool = False


#: As InvenioRDM and Zenodo offer them.
OTHER_NAMES: Final = (
    OtherName("marc21", "marcxml"),
    OtherName("datacite4", "datacite"),
    OtherName("oai_datacite", "datacite", is_wrapped=True),
    OtherName("oai_datacite4", "datacite", is_wrapped=True),
)
_WRAPPER: Final = "http://schema.datacite.org/oai/oai-1.1/"
_KERNEL: Final = "4.6"


def formats_of(repository: Repository) -> dict[str, MetadataFormat]:
    """All formats by prefix. `oai_dc` is always there: written here unless a plugin writes it better. Of two formats
    with one prefix the first is taken, and the log tells."""
    found: dict[str, MetadataFormat] = {}
    for exported in repository.exports.formats:
        for made in _harvested(repository, exported):
            if not PREFIX.fullmatch(made.prefix) or made.prefix in found:
                log.error("oaipmh_format_left_out", prefix=made.prefix, format=exported.name)
                continue
            found[made.prefix] = made
    for other in OTHER_NAMES:
        if other.of in found and other.prefix not in found:
            found[other.prefix] = _named(found[other.of], other, repository)
    found.setdefault(OAI_DC.prefix, OAI_DC)
    return dict(sorted(found.items(), key=lambda item: (item[0] != OAI_DC.prefix, item[0])))


def _harvested(repository: Repository, exported: ExportFormat) -> Iterable[MetadataFormat]:
    def write(items: Sequence[RecordItem]) -> list[Written]:
        try:
            bodies = repository.exports.write_many(items, exported.name, keep=True)
        except PluginFailure:  # one of them cannot be written: which one?
            return [_alone(repository, exported, item) for item in items]
        return [_element(body) for body in bodies]

    for form in exported.harvest:
        yield MetadataFormat(form.prefix, form.schema, form.namespace, write)


def _alone(repository: Repository, exported: ExportFormat, item: RecordItem) -> Written:
    try:
        return _element(repository.exports.write(item, exported.name, keep=True))
    except PluginFailure as error:
        return error


def _element(body: bytes) -> Written:
    try:
        return root_element(body)
    except ValueError as error:
        return error


def _named(made: MetadataFormat, other: OtherName, repository: Repository) -> MetadataFormat:
    if not other.is_wrapped:
        return replace(made, prefix=other.prefix)
    symbol = element("datacentreSymbol", repository.config.site.name)
    start = (
        f'<oai_datacite xmlns="{_WRAPPER}" xsi:schemaLocation="{_WRAPPER} {_WRAPPER}oai.xsd">'
        f"{element('schemaVersion', _KERNEL)}{symbol}<payload>"
    )

    def write(items: Sequence[RecordItem]) -> list[Written]:
        return [
            one if isinstance(one, Exception) else f"{start}{one}</payload></oai_datacite>" for one in made.write(items)
        ]

    return MetadataFormat(other.prefix, f"{_WRAPPER}oai.xsd", _WRAPPER, write)


def _dublin_core(items: Sequence[RecordItem]) -> list[Written]:
    found: list[Written] = []
    for item in items:
        try:
            found.append(attempt("oaipmh", OAI_DC.prefix, partial(dublin_core.write, item)))
        except PluginFailure as error:
            found.append(error)
    return found


OAI_DC: Final = MetadataFormat("oai_dc", dublin_core.SCHEMA, dublin_core.NAMESPACE, _dublin_core)
