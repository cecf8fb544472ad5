"""The plugin: offers its formats to `muniment records import`, and to depositors a start from a DOI or a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from muniment.api import BlueprintSpec, Fragment, ImportFormat, PluginContext, implements
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
            ImportFormat("zenodo", "Zenodo JSON", _later("zenodo.detect"), _later("zenodo.read"), order=10),
            ImportFormat(
                "inveniordm", "InvenioRDM JSON", _later("inveniordm.detect"), _later("inveniordm.read"), order=20
            ),
            ImportFormat(
                "datacite",
                "DataCite JSON and XML",
                _later("datacite.detect"),
                _later("datacite.read"),
                order=30,
                suffixes=(".xml",),
                parse=_later("datacite_xml.parse"),
            ),
            ImportFormat(
                "cff",
                "CITATION.cff",
                _later("cff.detect"),
                _later("cff.read"),
                order=40,
                suffixes=(".cff",),
                parse=_later("cff.parse"),
            ),
            ImportFormat(
                "bibtex",
                "BibTeX",
                _later("bibtex.detect"),
                _later("bibtex.read"),
                order=50,
                suffixes=(".bib", ".bibtex"),
                parse=_later("bibtex.parse"),
            ),
            ImportFormat("csl", "CSL-JSON", _later("csl.detect"), _later("csl.read"), order=60),
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


def _later(name: str) -> Callable[..., Any]:
    """The function of a reader, as "module.function", whose module is imported when it is first called.

    Readers bring idutils, lxml, PyYAML, bibtexparser and pylatexenc along, for which no start of a process waits.
    """
    module, _, function = name.partition(".")

    def call(*arguments: Any) -> Any:
        return getattr(import_module(f"muniment_importers.{module}"), function)(*arguments)

    return call
