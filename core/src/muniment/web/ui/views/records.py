"""Record pages: the record, its newest version, its files in the page, and its metadata to save."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound as PageNotFound

from muniment.access.actor import ANONYMOUS, Actor
from muniment.errors import Gone, MunimentError, ParentRedirect
from muniment.files.containers import listing
from muniment.records.items import RecordItem
from muniment.records.requests import SearchPage
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.caching import add_vary
from muniment.web.compression import accepts_gzip
from muniment.web.current import state, the_actor
from muniment.web.rest.items import answer_item
from muniment.web.typed_links import add_links, links_of
from muniment.web.ui.deposit.page import missing_in, mistakes, the_shape
from muniment.web.ui.deposit.problems import ShownProblem, unique
from muniment.web.ui.environment import pages
from muniment.web.ui.files_view import FileView
from muniment.web.ui.language import display_locale, request_language
from muniment.web.ui.page_cache import KeptPage
from muniment.web.ui.previews import LONG, SHORT, ArchiveView, PreviewView, archive_view, preview_view
from muniment.web.ui.record_view import RecordView, record_view, version_views
from muniment.web.ui.slots import declared_slots
from muniment.web.ui.tombstone_view import tombstone_view
from muniment.web.ui.views.record_actions import owner_view
from muniment.web.ui.views.record_exports import menu, wanted

blueprint = Blueprint("record_pages", __name__)

#: So many versions stand beside the record; the search has them all.
SHOWN_VERSIONS = 12
#: Places of a record page whose contents may change without the record.
_OWN_SLOTS = tuple(name for name, slot in declared_slots().items() if slot.template == "records/page.html")
_TRUE = frozenset({"1", "true", "yes"})


@blueprint.get("/records/<number>")
@access("public")
@session("optional")
def page(number: str) -> Response:
    """A published record, or with `?preview=1` the draft; the id of a parent leads to its newest version."""
    draft = wants_draft()
    chosen = None if draft else wanted()
    try:
        item = read(the_actor(), number, draft=draft)
    except ParentRedirect as parent:
        return _redirect(f"/records/{parent.latest_id}")
    except Gone as gone:
        reason = _removal_reason(gone.tombstone)
        view = tombstone_view(number, gone.tombstone, display_locale(), reason)
        return make_response(render_template("records/tombstone.html", tombstone=view), 410)
    if chosen is not None:
        return add_links(answer_item(item, chosen=chosen), item.id, item, "page")
    versions = None if draft else _versions(item)
    key = None if draft else _cache_key(item, versions)
    kept = pages().record_pages.get(key) if key else None
    if kept is None:
        links = "" if draft else links_of(state().repository.hooks, item.id, item, "page")
        kept = KeptPage(_record_page(item, versions, draft=draft).encode(), links)
        if key:
            pages().record_pages.put(key, kept)
    packed = key is not None and accepts_gzip(request)
    response = Response(kept.packed if packed else kept.plain, content_type="text/html; charset=utf-8")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    if kept.links:
        response.headers["Link"] = kept.links
    add_vary(response, "Accept")
    return response


def _record_page(item: RecordItem, versions: SearchPage | None, *, draft: bool) -> str:
    record = view_of(item, draft=draft)
    hits = versions.hits if versions else ()
    writes = draft and state().repository.records.may(the_actor(), item.id, "review")
    return render_template(
        "records/page.html",
        record=record,
        draft_preview=draft,
        writes_draft=writes,
        to_do=_to_do(item) if writes else (),
        versions=version_views([hit.data for hit in hits], record.id, display_locale()),
        more_versions_href=_all_versions_href(record) if versions and versions.total > len(hits) else "",
        newest_href="" if record.is_latest or draft else f"{record.href}/latest",
        preview=_default_preview(record, draft=draft),
        canonical=f"{state().repository.config.site.url.rstrip('/')}{record.href}",
        owner=None if draft else owner_view(the_actor(), item),
        just_published="published" in request.args,
        export_formats=() if draft else menu(),
    )


def _to_do(item: RecordItem) -> list[ShownProblem]:
    """What stands against publishing a draft, in the words of its form."""
    shape = the_shape()
    return unique([*mistakes(item.problems, shape), *missing_in(item, the_actor(), shape)])


def _cache_key(item: RecordItem, versions: SearchPage | None) -> Hashable | None:
    """What a visitor's page is made from: the record and its versions as they are, and the language. None when it
    is made for one reader, for a query, or with what plugins add, and for what is not open to all: beside that,
    plugins offer ways to it that come and go without the record."""
    slots, closed = pages().slots, "restricted" in (item.data["access"]["record"], item.data["access"]["files"])
    if request.query_string or the_actor() != ANONYMOUS or closed or slots.vary(*_OWN_SLOTS):
        return None
    beside = tuple((hit.id, hit.etag) for hit in versions.hits) if versions else ()
    return item.id, item.etag, beside, versions.total if versions else 1, display_locale(), slots.frame()


def _removal_reason(tombstone: Mapping[str, Any]) -> str:
    """The title of the reason in the language of the page; "" when it is none of the vocabulary."""
    pair = ("removalreasons", str((tombstone.get("removal_reason") or {}).get("id") or ""))
    term = state().repository.vocabularies.resolve([pair]).get(pair) if pair[1] else None
    return term.title_for(request_language()) if term else ""


def wants_draft() -> bool:
    return request.args.get("preview", "") in _TRUE


def read(actor: Actor, number: str, *, draft: bool) -> RecordItem:
    records = state().repository.records
    return records.read_draft(actor, number) if draft else records.read(actor, number)


def view_of(item: RecordItem, *, draft: bool) -> RecordView:
    publisher = state().repository.config.site.publisher or state().repository.config.site.name
    return record_view(item.data, display_locale(), publisher=publisher, preview=draft)


def _versions(item: RecordItem) -> SearchPage | None:
    """The versions of the work, when there are several: a record that is alone needs no further read."""
    versions = item.data.get("versions") or {}
    if versions.get("is_latest", True) and versions.get("index", 1) == 1:
        return None
    found = state().repository.records.versions(the_actor(), item.id, page=1, size=SHOWN_VERSIONS)
    return found if found.total > 1 else None


def _all_versions_href(record: RecordView) -> str:
    return url_for("search.results", q=f"parent.id:{record.parent_id}", allversions="true", sort="version")


def _default_preview(record: RecordView, *, draft: bool) -> PreviewView | None:
    file = record.files.default
    if file is None or file.preview not in ("text", "table"):
        return None
    return _preview(record.id, file, SHORT, draft=draft)


def _preview(number: str, file: FileView, limit: int, *, draft: bool) -> PreviewView | None:
    """The beginning of a file; None when the storage cannot give it, since the page can do without."""
    try:
        download = state().repository.files.download(the_actor(), number, file.key, draft=draft)
        with download.open() as handle:
            content = handle.read(limit)
    except MunimentError:
        return None
    return preview_view(file.preview, file.name, content, download.size <= len(content), short=limit == SHORT)


def _archive(number: str, file: FileView, *, draft: bool) -> ArchiveView | None:
    """What a zip holds; None for one that cannot be read."""
    files = state().repository.files
    try:
        address = files.listing(the_actor(), number, draft=draft).address_of(file.key)
        return archive_view(listing(files.download(the_actor(), number, file.key, draft=draft), address))
    except MunimentError:
        return None


@blueprint.get("/records/<number>/latest")
@access("public")
@session("optional")
def latest(number: str) -> Response:
    """The newest version of the work."""
    return _redirect(f"/records/{state().repository.records.latest(the_actor(), number)}")


@blueprint.get("/records/<number>/preview/<path:key>")
@access("public")
@session("optional")
def preview(number: str, key: str) -> Response:
    """One file in a page: a text, a table or a picture."""
    draft = wants_draft()
    try:
        record = view_of(read(the_actor(), number, draft=draft), draft=draft)
    except ParentRedirect as parent:
        return _redirect(f"/records/{parent.latest_id}/preview/{quote(key)}")
    file = next((file for file in record.files.all() if file.key == key), None)
    if file is None:
        raise PageNotFound(f"The record has no file named {key}.")
    if file.preview == "pdf":
        return _redirect(file.href)
    shown = _preview(record.id, file, LONG, draft=draft) if file.preview in ("text", "table") else None
    archive = _archive(record.id, file, draft=draft) if file.preview == "archive" else None
    return make_response(
        render_template(
            "records/preview.html", record=record, file=file, preview=shown, archive=archive, draft_preview=draft
        )
    )


def _redirect(target: str) -> Response:
    return redirect(target, 302)  # type: ignore[return-value]


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
