"""Where depositors start from a DOI or a file: the section on the deposit form, and the page with the outcome."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from muniment.api import (
    BlueprintSpec,
    Document,
    ImportedRecord,
    MunimentError,
    PluginContext,
    RecordImporter,
    RecordItem,
    RecordRefused,
    access,
    keeps_form,
    session,
    the_actor,
)
from muniment_importers.filling import Filled, document_of, fill

_MOST_BYTES: Final = 5_000_000


class Trouble(Exception):
    """What is wrong with what was asked: the control and a text for people."""

    def __init__(self, control: str, text: str) -> None:
        self.control = control
        self.text = text
        super().__init__(text)


class StartPages:
    """The pages of one generation."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    def blueprint(self) -> BlueprintSpec:
        pages = Blueprint("importers", __name__, url_prefix="/importers", template_folder="templates")

        @pages.get("/start")
        @access("authenticated")
        @session("required")
        def start() -> Response:
            """The same section on a page of its own, for links."""
            return self._page(request.args.get("draft", ""))

        @pages.post("/start")
        @access("authenticated")
        @session("required")
        @keeps_form
        def fill_in() -> Response:
            return self._filled()

        return BlueprintSpec(pages, "ui")

    def section(self, number: str, form_key: str = "") -> Markup:
        """The section on the deposit form."""
        page = render_template("importers/section.html", errors=lambda _name: [], **self._choices(number, form_key))
        return Markup(page)

    def _choices(self, number: str, form_key: str = "") -> dict[str, Any]:
        return {"number": number, "form_key": form_key, "resolves": bool(self.context.settings.resolver)}

    def _page(self, number: str, trouble: Trouble | None = None) -> Response:
        key = request.form.get("form_key", "")
        problems = [(trouble.control, trouble.text)] if trouble else []
        page = render_template(
            "importers/start.html",
            problems=problems,
            errors=lambda name: [text for control, text in problems if control == name],
            form=request.form,
            **self._choices(number, key),
        )
        return make_response(page, 422 if trouble else 200)

    def _filled(self) -> Response:
        number = request.form.get("draft", "")
        importer = RecordImporter(self.context.repository)
        try:
            imported, notes = self._read(importer)
            item, filled = self._save(number, imported)
        except Trouble as trouble:
            return self._page(number, trouble)
        except MunimentError as error:
            if error.status in (403, 404, 503):
                raise
            return self._page(number, Trouble("", error.message))
        shown = {
            "taken": [label(path) for path in filled.taken],
            "replaced": [label(path) for path in filled.replaced],
            "kept": [label(path) for path in filled.kept],
            "losses": [(loss.field, loss.reason) for loss in imported.losses],
        }
        return make_response(
            render_template("importers/done.html", number=item.id, was_new=not number, notes=notes, **shown)
        )

    # Reading ---------------------------------------------------------------------------------------------------

    def _read(self, importer: RecordImporter) -> tuple[ImportedRecord, list[str]]:
        """What the DOI or file says, fitted to this repository; raises `Trouble`."""
        notes: list[str] = []
        sent = request.files.get("file")
        if sent is not None and sent.filename:
            content = sent.stream.read(_MOST_BYTES + 1)
            if len(content) > _MOST_BYTES:
                raise Trouble("file", _("The file is larger than 5 MB. Choose the description only, not the data."))
            documents = importer.documents(sent.filename, content)
            if len(documents) > 1:
                notes.append(_("The file describes %(count)s works; the first one was taken.", count=len(documents)))
            return self._fitted(importer, documents[0] if documents else Document(sent.filename, None), "file"), notes
        doi = request.form.get("doi", "").strip()
        if not doi:
            raise Trouble("doi", _("Enter a DOI, or choose a file."))
        return self._fitted(importer, self._described(doi), "doi"), notes

    def _described(self, doi: str) -> Document:
        from muniment_importers.resolving import NotResolved, describe

        texts = {
            "no_doi": _("This is not a DOI. One looks like 10.5281/zenodo.1234567."),
            "unknown": _("There is no such DOI. Check it for typing errors."),
            "undescribed": _("This DOI exists, but its description cannot be read. Try a BibTeX file instead."),
            "unreachable": _("The DOI service does not answer at the moment. Try again in a few minutes."),
        }
        if not self.context.settings.resolver:
            raise Trouble("doi", texts["unreachable"])
        try:
            return Document(doi, describe(self.context.repository.outgoing, doi, self.context.settings.resolver))
        except NotResolved as error:
            raise Trouble("doi", texts[error.reason]) from error

    def _fitted(self, importer: RecordImporter, document: Document, control: str) -> ImportedRecord:
        try:
            return importer.fitting(importer.read(document))
        except RecordRefused as refused:
            text = _("This could not be read: %(reason)s", reason="; ".join(item.message for item in refused.problems))
            raise Trouble(control, text) from refused

    # Saving ----------------------------------------------------------------------------------------------------

    def _save(self, number: str, imported: ImportedRecord) -> tuple[RecordItem, Filled]:
        records, actor = self.context.repository.records, the_actor()
        found = dict(imported.data)
        if "keep_doi" not in request.form:
            found["pids"] = {}
        if not number:
            filled = fill(self._new(), found, replace=True)
            filled.taken, filled.replaced = [*filled.taken, *filled.replaced], []
            return records.create(actor, filled.document, form_key=request.form.get("form_key", "")), filled
        item = records.read_draft(actor, number)
        replace = request.form.get("mode") == "replace"
        filled = fill(document_of(item), found, replace=replace, proposed=self._proposed(item))
        if filled.taken or filled.replaced:
            item = records.update_draft(actor, number, filled.document, revision=item.revision)
        return item, filled

    def _new(self) -> dict[str, Any]:
        site = self.context.repository.config.site
        return {"metadata": {"publisher": site.publisher or site.name}, "files": {"enabled": True}}

    def _proposed(self, item: RecordItem) -> dict[str, Any]:
        """What the form fills in by itself when it is new: today and this repository."""
        site = self.context.repository.config.site
        return {
            "metadata.publisher": site.publisher or site.name,
            "metadata.publication_date": str(item.data.get("created", ""))[:10],
        }


def label(path: str) -> str:
    """How people call a part of a record."""
    names = {
        "metadata.title": _("Title"),
        "metadata.resource_type": _("Type"),
        "metadata.creators": _("Creators"),
        "metadata.contributors": _("Contributors"),
        "metadata.publication_date": _("Publication date"),
        "metadata.description": _("Description"),
        "metadata.additional_titles": _("Additional titles"),
        "metadata.additional_descriptions": _("Additional descriptions"),
        "metadata.publisher": _("Publisher"),
        "metadata.version": _("Version"),
        "metadata.subjects": _("Keywords"),
        "metadata.languages": _("Languages"),
        "metadata.rights": _("Licence"),
        "metadata.dates": _("Dates"),
        "metadata.funding": _("Funding"),
        "metadata.identifiers": _("Alternate identifiers"),
        "metadata.related_identifiers": _("Related works"),
        "metadata.references": _("References"),
        "metadata.locations": _("Places"),
        "metadata.sizes": _("Extent"),
        "metadata.formats": _("Formats"),
        "custom_fields.journal:journal": _("Journal"),
        "custom_fields.imprint:imprint": _("Imprint"),
        "custom_fields.thesis:thesis": _("Thesis"),
        "custom_fields.meeting:meeting": _("Meeting"),
        "custom_fields.code:codeRepository": _("Code repository"),
        "pids.doi": _("DOI"),
    }
    return str(names.get(path) or path.partition(".")[2])
