"""Metadata formats: a prefix, what it stands for, and how records are written in it.

They come from the export formats of all plugins, as far as those say how they are harvested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    """A format that harvesters can ask for. `write` takes numbers of records; those that not everybody may see are
    missing in what it gives."""

    prefix: str
    schema: str
    namespace: str
    write: Callable[[Sequence[int]], dict[int, Written]]


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
OAI_DC: Final = "oai_dc"
#: Under what its texts are kept when this plugin writes them.
_DUBLIN_CORE: Final = "oaipmh:oai_dc"
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
    if OAI_DC not in found:
        found[OAI_DC] = _dublin_core(repository)
    return dict(sorted(found.items(), key=lambda item: (item[0] != OAI_DC, item[0])))


def _harvested(repository: Repository, exported: ExportFormat) -> Iterable[MetadataFormat]:
    def write(numbers: Sequence[int]) -> dict[int, Written]:
        return _elements(repository.exports.public(numbers, exported.name))

    for form in exported.harvest:
        yield MetadataFormat(form.prefix, form.schema, form.namespace, write)


def _elements(bodies: Mapping[int, bytes | PluginFailure]) -> dict[int, Written]:
    return {number: body if isinstance(body, Exception) else root_element(body) for number, body in bodies.items()}


def _named(made: MetadataFormat, other: OtherName, repository: Repository) -> MetadataFormat:
    if not other.is_wrapped:
        return replace(made, prefix=other.prefix)
    symbol = element("datacentreSymbol", repository.config.site.name)
    start = (
        f'<oai_datacite xmlns="{_WRAPPER}" xsi:schemaLocation="{_WRAPPER} {_WRAPPER}oai.xsd">'
        f"{element('schemaVersion', _KERNEL)}{symbol}<payload>"
    )

    def write(numbers: Sequence[int]) -> dict[int, Written]:
        return {
            number: one if isinstance(one, Exception) else f"{start}{one}</payload></oai_datacite>"
            for number, one in made.write(numbers).items()
        }

    return MetadataFormat(other.prefix, f"{_WRAPPER}oai.xsd", _WRAPPER, write)


def _dublin_core(repository: Repository) -> MetadataFormat:
    publisher = repository.config.site.publisher or repository.config.site.name

    def written(item: RecordItem) -> bytes:
        return attempt("oaipmh", "oai_dc", lambda: dublin_core.write(item, publisher).encode())

    def write(numbers: Sequence[int]) -> dict[int, Written]:
        return _elements(repository.exports.keep_public(numbers, _DUBLIN_CORE, dublin_core.REVISION, written))

    return MetadataFormat(OAI_DC, dublin_core.SCHEMA, dublin_core.NAMESPACE, write)
