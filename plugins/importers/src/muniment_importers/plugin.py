"""The plugin: offers its formats to `muniment records import`, and to depositors a start from a DOI or a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muniment.api import BlueprintSpec, Fragment, ImportFormat, PluginContext, implements
from muniment_importers import bibtex, cff, csl, datacite, datacite_xml, inveniordm, zenodo
from muniment_importers.pages import StartPages
from muniment_importers.settings import Settings as ImporterSettings


class Plugin:
    """Offers the JSON of InvenioRDM and Zenodo, DataCite JSON and XML, CSL-JSON, BibTeX and CITATION.cff."""

    Settings = ImporterSettings

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.pages = StartPages(context)

    @implements
    def register_import_formats(self) -> list[ImportFormat]:
        return [
            ImportFormat("zenodo", "Zenodo JSON", zenodo.detect, zenodo.read, order=10),
            ImportFormat("inveniordm", "InvenioRDM JSON", inveniordm.detect, inveniordm.read, order=20),
            ImportFormat(
                "datacite",
                "DataCite JSON and XML",
                datacite.detect,
                datacite.read,
                order=30,
                suffixes=(".xml",),
                parse=datacite_xml.parse,
            ),
            ImportFormat("cff", "CITATION.cff", cff.detect, cff.read, order=40, suffixes=(".cff",), parse=cff.parse),
            ImportFormat(
                "bibtex",
                "BibTeX",
                bibtex.detect,
                bibtex.read,
                order=50,
                suffixes=(".bib", ".bibtex"),
                parse=bibtex.parse,
            ),
            ImportFormat("csl", "CSL-JSON", csl.detect, csl.read, order=60),
        ]

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [self.pages.blueprint()]

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        if slot != "deposit.start" or context["form"].is_edit:
            return []
        form = context["form"]
        return [Fragment(self.pages.section(form.number, getattr(form, "form_key", "")))]
