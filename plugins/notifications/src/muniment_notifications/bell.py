"""The bell in the head of every page: how much somebody has not read, by one question, and only for people."""

from __future__ import annotations

from flask import render_template, request
from markupsafe import Markup

from muniment.api import Fragment, the_actor
from muniment_notifications.reading import COUNTED, Reading


def fragments(slot: str, reading: Reading) -> list[Fragment]:
    actor = the_actor()
    if slot != "page.account" or actor.subject is None:
        return []
    # An error page is not the page that was meant.
    page = request.path if request.method == "GET" and request.url_rule is not None else ""
    unread = reading.unread(actor.subject, page)
    html = render_template("notifications/bell.html", unread=unread, many=unread >= COUNTED)
    return [Fragment(Markup(html))]
