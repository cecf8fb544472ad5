"""What works without signing in, for whoever holds its address: links in messages that stop them, and feeds.

Looking at such a link changes nothing, since programs that check mail open every one (RFC 8058).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, make_response, render_template

from muniment.api import BlueprintSpec, access, session, the_repository
from muniment_notifications.unsubscribing import Stop, read

if TYPE_CHECKING:
    from muniment_notifications.plugin import Plugin


def blueprint(plugin: Plugin) -> BlueprintSpec:
    pages = Blueprint("notifications_stop", __name__, url_prefix="/notifications", template_folder="templates")

    @pages.get("/unsubscribe/<token>")
    @access("public")
    @session("none")
    def ask(token: str) -> Response:
        return _page(plugin, token, read(the_repository(), token), done=False)

    @pages.post("/unsubscribe/<token>")
    @access("public")
    @session("none")
    def stop(token: str) -> Response:
        """From the page, and at once from mail programs; the token is what is proved, no session is there."""
        found = read(the_repository(), token)
        plugin.choices.stop_mail(found.subject, found.types)
        return _page(plugin, token, found, done=True)

    @pages.get("/feed/<secret>")
    @access("public")
    @session("none")
    def feed(secret: str) -> Response:
        response = Response(plugin.feeds.document(secret), mimetype="application/atom+xml")
        response.headers["Cache-Control"] = "private, max-age=300"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return BlueprintSpec(pages, "ui")


def _page(plugin: Plugin, token: str, found: Stop, *, done: bool) -> Response:
    known = plugin.choices.types
    titles = [str(known[id].title) for id in found.types if id in known]
    response = make_response(render_template("notifications/stop.html", titles=titles, token=token, done=done))
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
