"""The words of pages for states, types, actions and what was done."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from muniment.api import local_minute
from muniment_requests.request import Line, Request

if TYPE_CHECKING:
    from muniment_requests.plugin import Plugin


def type_label(plugin: Plugin, request: Request) -> str:
    return str(plugin.requests.declared.type(request.type).title)


def title_of(plugin: Plugin, request: Request) -> str:
    """What a request is called, in the language of the reader at hand."""
    if request.title_text:
        return str(_(request.title_text, **request.title_values))
    return request.title or type_label(plugin, request)


def status_label(status: str) -> str:
    labels: dict[str, str] = {
        "created": _("Not sent yet"),
        "submitted": _("Open"),
        "accepted": _("Accepted"),
        "declined": _("Declined"),
        "cancelled": _("Withdrawn"),
        "expired": _("Expired"),
    }
    return labels.get(status, status)


def action_label(action: str) -> str:
    labels: dict[str, str] = {
        "submit": _("Send"),
        "accept": _("Accept"),
        "decline": _("Decline"),
        "cancel": _("Withdraw"),
        "expire": _("Expire"),
    }
    return labels[action]


def happened(line: Line) -> tuple[str, str, str]:
    """What a line that is no comment tells: the sentence, its icon and its kind."""
    events = {
        "accepted": (_("accepted the request"), "circle-check", "ok"),
        "declined": (_("declined the request"), "circle-x", "bad"),
        "cancelled": (_("withdrew the request"), "circle-minus", ""),
        "expired": (_("The request expired"), "hourglass", ""),
        "locked": (_("locked the conversation"), "lock", ""),
        "unlocked": (_("opened the conversation again"), "lock-open", ""),
        "reviewers_updated": (_("named the reviewers anew"), "user-check", ""),
    }
    return events.get(str(line.payload.get("event")), (_("did something"), "circle-dot", ""))


def when(moment: datetime) -> str:
    """A moment as the reader's clock shows it."""
    return local_minute(moment)
