"""The table of formats: names, media types and aliases as Zenodo has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from muniment.api import ExportFormat, Repository
from muniment_exports import (
    bibtex,
    cff,
    codemeta,
    csl,
    data_package,
    dcat,
    dublin_core,
    geojson,
    marcxml,
    ro_crate,
    schema_org,
)
from muniment_exports.carried import CARRIED
from muniment_exports.work import Work, Works

#: Raised when JSON-LD kept to its vocabularies.
REVISION: Final = "3"
Writer = Callable[[Work], bytes]


def formats(repository: Repository) -> list[ExportFormat]:
    """All formats, in the order of the menu. A `revision` is raised whenever the same record is written otherwise."""
    works = Works(repository)

    def by(writer: Writer) -> Callable[[Mapping[str, Any]], bytes]:
        return lambda record: writer(works(record))

    ld_json = "application/ld+json"
    return [
        ExportFormat(
            "bibtex", "BibTeX", "application/x-bibtex", ".bib", by(bibtex.write), aliases=("hx",), join=b"\n".join,
            revision=REVISION, carries=CARRIED["bibtex"], order=10,
        ),
        ExportFormat(
            "csl", "CSL JSON", "application/vnd.citationstyles.csl+json", ".json", by(csl.write), join=csl.join,
            revision=REVISION, carries=CARRIED["csl"], order=11,
        ),
        ExportFormat(
            "cff", "CFF", "application/x-yaml", ".yaml", by(cff.write), accepts=(),
            revision=REVISION, carries=CARRIED["cff"], order=12,
        ),
        ExportFormat(
            "dublincore", "Dublin Core", "application/x-dc+xml", ".xml", by(dublin_core.write), aliases=("xd",),
            revision=REVISION, carries=CARRIED["dublincore"], harvest=dublin_core.HARVEST, order=30,
        ),
        ExportFormat(
            "marcxml", "MARCXML", "application/marcxml+xml", ".xml", by(marcxml.write), aliases=("xm",),
            join=marcxml.join, revision=REVISION, carries=CARRIED["marcxml"], harvest=marcxml.HARVEST, order=31,
        ),
        ExportFormat(
            "dcat-ap", "DCAT-AP", "application/dcat+xml", ".xml", by(dcat.write), aliases=("dcat",),
            revision=REVISION, carries=CARRIED["dcat-ap"], harvest=dcat.HARVEST, order=32,
        ),
        ExportFormat(
            "json-ld", "JSON-LD (schema.org)", ld_json, ".json", by(schema_org.write), join=schema_org.join,
            revision=REVISION, carries=CARRIED["json-ld"], order=40,
        ),
        ExportFormat(
            "codemeta", "CodeMeta", ld_json, ".json", by(codemeta.write), accepts=(), revision=REVISION,
            carries=CARRIED["codemeta"], order=41,
        ),
        ExportFormat(
            "ro-crate", "RO-Crate", ld_json, "-ro-crate-metadata.json", by(ro_crate.write),
            accepts=(f'{ld_json};profile="{ro_crate.PROFILE}"',), revision=REVISION,
            carries=CARRIED["ro-crate"], order=42,
        ),
        ExportFormat(
            "datapackage", "Data Package", ld_json, ".json", by(data_package.write),
            accepts=(f'{ld_json};profile="{data_package.PROFILE}"',), revision=REVISION,
            carries=CARRIED["datapackage"], order=43,
        ),
        ExportFormat(
            "geojson", "GeoJSON", "application/vnd.geo+json", ".geojson", by(geojson.write), revision=REVISION,
            carries=CARRIED["geojson"], order=44,
        ),
    ]  # fmt: skip
