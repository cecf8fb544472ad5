"""The inbox and the page of a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import (
    Address,
    BlueprintSpec,
    InvalidRequest,
    MunimentError,
    PermissionDenied,
    access,
    keeps_form,
    session,
    the_actor,
)
from muniment_requests.attachments import LARGEST
from muniment_requests.inbox import inbox_view, read_inbox
from muniment_requests.messages import worded
from muniment_requests.page import page_view

if TYPE_CHECKING:
    from muniment_requests.plugin import Plugin

#: What the page of a request does besides actions.
_DEEDS: Final = ("comment", "reply", "edit", "remove", "lock", "unlock")


def pages(plugin: Plugin) -> BlueprintSpec:
    pages = Blueprint("requests", __name__, url_prefix="/me/requests", template_folder="templates")

    @pages.get("")
    @access("authenticated")
    @session("required")
    def inbox() -> Response:
        asked, address = read_inbox(request.args)
        return make_response(render_template("requests/inbox.html", page=inbox_view(plugin, asked, address)))

    @pages.get("/<id>")
    @access("authenticated")
    @session("required")
    def one(id: str) -> Response:
        response = _page(plugin, id)
        _mark_read(plugin, id)
        return response

    @pages.post("/<id>")
    @access("authenticated")
    @session("required")
    @keeps_form
    def do(id: str) -> BaseResponse:
        """Everything on the page is one form; which of its buttons was pressed says what is meant."""
        try:
            anchor = _done(plugin, id)
        except PermissionDenied:
            raise
        except MunimentError as error:
            if error.status in (403, 404):
                raise
            return _page(plugin, id, error)
        way = str(Address(url_for("requests.one", id=id), request.args.items()))
        return redirect(f"{way}{anchor}", 303)

    return BlueprintSpec(pages, "ui")


def _done(plugin: Plugin, id: str) -> str:
    """Do what was asked; returns the place on the page to show."""
    actor, requests, form = the_actor(), plugin.requests, request.form
    content, comment = form.get("content", ""), form.get("comment", "")
    deed = form.get("do", "comment")
    if deed not in _DEEDS:
        kind = requests.declared.type(requests.get(actor, id).type)
        if deed in kind.explained and not content.strip():
            raise InvalidRequest("Say why in the comment.")
        with _sent_files(plugin, id) as files:
            requests.act(actor, id, deed, content, sent=form, files=files)
        return ""
    if deed in ("lock", "unlock"):
        requests.lock(actor, id, locked=deed == "lock")
        return ""
    if deed == "remove":
        requests.conversation.remove(actor, id, comment)
        return "#conversation"
    if deed == "edit":
        line = requests.conversation.edit(actor, id, comment, content)
    else:
        with _sent_files(plugin, id) as files:
            line = requests.conversation.comment(actor, id, content, comment if deed == "reply" else None, files)
    return f"#commentevent-{line.id}"


@contextmanager
def _sent_files(plugin: Plugin, id: str) -> Iterator[list[str]]:
    """The keys of the files that came with the form; they are gone again when what follows is refused."""
    attachments, actor, keys = plugin.requests.attachments, the_actor(), list[str]()
    try:
        for sent in request.files.getlist("files"):
            if sent.filename:
                keys.append(attachments.add(actor, id, sent.filename, sent.stream.read(LARGEST + 1)).key)
        if keys and not request.form.get("content", "").strip():
            raise InvalidRequest("Say in a comment what the files are.")
        yield keys
    except MunimentError:
        for key in keys:
            attachments.remove(actor, id, key)
        raise


def _page(plugin: Plugin, id: str, error: MunimentError | None = None) -> Response:
    problems = [(_control(problem.field), worded(problem.message)) for problem in error.errors] if error else []
    if error is not None and not problems:
        problems = [("content", worded(error.message))]
    sent = request.form if error is not None else {}
    values: dict[str, Any] = {"page": page_view(plugin, id, request.args, sent, problems), "problems": problems}
    status = 200 if error is None else 409 if error.status == 409 else 422
    return make_response(render_template("requests/request.html", **values), status)


def _control(field: str) -> str:
    """The control of the page that a problem belongs to: terms name theirs, all else is said in the comment."""
    return field if field in request.form or field == "files" else "content"


def _mark_read(plugin: Plugin, id: str) -> None:
    """What cannot be written now (another process writes, the site is read-only) is unread a little longer."""
    try:
        plugin.requests.conversation.mark_read(the_actor(), plugin.requests.get(the_actor(), id))
    except MunimentError:
        return
