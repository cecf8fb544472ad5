"""The plugin: offers its formats to `muniment records import`, and to depositors a start from a DOI or a file."""

from __future__ import annotations

from muniment.api import ImportFormat, PluginContext, implements
from muniment_importers import bibtex, cff, csl, datacite, inveniordm, zenodo


class Plugin:
    """Offers the JSON of InvenioRDM, Zenodo and DataCite, CSL-JSON, BibTeX and CITATION.cff as import formats."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def register_import_formats(self) -> list[ImportFormat]:
        return [
            ImportFormat("zenodo", "Zenodo JSON", zenodo.detect, zenodo.read, order=10),
            ImportFormat("inveniordm", "InvenioRDM JSON", inveniordm.detect, inveniordm.read, order=20),
            ImportFormat("datacite", "DataCite JSON", datacite.detect, datacite.read, order=30),
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
