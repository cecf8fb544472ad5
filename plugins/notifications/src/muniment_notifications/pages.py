"""What one was told, and how one wants to hear of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import (
    Address,
    BlueprintSpec,
    MunimentError,
    access,
    local_minute,
    pagination,
    session,
    session_owner,
    settings_page,
    the_actor,
)
from muniment_notifications.choices import MAIL

if TYPE_CHECKING:
    from muniment_notifications.plugin import Plugin

PATH: Final = "/me/notifications"
SIZE: Final = 25


def blueprint(plugin: Plugin) -> BlueprintSpec:
    pages = Blueprint("notifications", __name__, url_prefix=PATH, template_folder="templates")

    @pages.get("")
    @access("authenticated")
    @session("required")
    def inbox() -> Response:
        user = session_owner()
        subject = user.subject_id
        everything, page = request.args.get("show") == "all", _page()
        found, total = plugin.reading.list(subject, unread=not everything, page=page, size=SIZE)
        address = Address(PATH, [("show", "all")] if everything else [])
        return make_response(
            render_template(
                "notifications/inbox.html",
                rows=[(row, local_minute(row.created)) for row in found],
                total=total,
                everything=everything,
                tabs=_tabs(everything=everything),
                pages=pagination(total, page, SIZE, address, window=max(total, 1)),
                paused=plugin.bounces.of(subject, user.email),
                address=user.email,
            )
        )

    @pages.post("/read")
    @access("authenticated")
    @session("required")
    def mark_read() -> BaseResponse:
        """One of them, or all without a number."""
        number = request.form.get("id", "")
        plugin.reading.mark(session_owner().subject_id, [int(number)] if number.isdecimal() else None)
        return redirect(url_for("notifications.inbox", show=request.form.get("show") or None), 303)

    @pages.get("/settings")
    @access("authenticated")
    @session("required")
    def settings() -> Response:
        return _settings(plugin)

    @pages.post("/settings")
    @access("authenticated")
    @session("required")
    def save() -> BaseResponse:
        subject = session_owner().subject_id
        try:
            plugin.choices.change(the_actor(), subject, _wishes(plugin))
        except MunimentError as error:
            return _settings(plugin, error)
        return redirect(url_for("notifications.settings", done="saved"), 303)

    @pages.post("/settings/resume")
    @access("authenticated")
    @session("required")
    def resume() -> BaseResponse:
        """Mail the address again that was not reached."""
        plugin.bounces.resume(session_owner().subject_id, the_actor())
        return redirect(url_for("notifications.settings", done="resumed"), 303)

    @pages.post("/settings/feed")
    @access("authenticated")
    @session("required")
    def make_feed() -> BaseResponse:
        """The address is shown on this answer and nowhere else."""
        subject = session_owner().subject_id
        if request.form.get("do") == "end":
            plugin.feeds.end(subject, the_actor())
            return redirect(url_for("notifications.settings", done="feed-ended"), 303)
        response = _settings(plugin, feed=plugin.feeds.make(subject, the_actor()))
        response.headers["Cache-Control"] = "no-store"
        return response

    return BlueprintSpec(pages, "ui")


def _settings(plugin: Plugin, error: MunimentError | None = None, feed: str = "") -> Response:
    user = session_owner()
    wishes = plugin.choices.of([user.subject_id])[user.subject_id]
    groups: dict[str, list[tuple[str, str, str, bool, bool]]] = {}
    for id, type in plugin.choices.types.items():
        entry = (id, str(type.title), wishes[id].mail, wishes[id].site, wishes[id].webhook)
        groups.setdefault(str(type.group), []).append(entry)
    return settings_page(
        "notifications/settings.html",
        error,
        groups=groups,
        mail_choices=list(zip(MAIL, (_("At once"), _("Once a day"), _("Never")), strict=True)),
        paused=plugin.bounces.of(user.subject_id, user.email),
        address=user.email,
        feed=feed,
        has_webhooks=plugin.has_webhooks,
        hooks=len(plugin.webhooks.list(user.subject_id)) if plugin.has_webhooks else 0,
        has_feed=plugin.feeds.exists(user.subject_id),
    )


def _wishes(plugin: Plugin) -> dict[str, dict[str, str]]:
    """What the form says; a type that it does not show stays as it is."""
    wishes = {}
    channels = ["site"]
    if plugin.has_webhooks and plugin.webhooks.list(session_owner().subject_id):
        channels.append("webhook")
    for id in plugin.choices.types:
        if f"mail:{id}" in request.form:
            given = {channel: "on" if request.form.get(f"{channel}:{id}") else "off" for channel in channels}
            wishes[id] = {"mail": request.form[f"mail:{id}"], **given}
    return wishes


def _tabs(*, everything: bool) -> list[tuple[str, str, bool, int | None]]:
    return [
        (_("Unread"), PATH, not everything, None),
        (_("All"), f"{PATH}?show=all", everything, None),
    ]


def _page() -> int:
    number = request.args.get("page", "1")
    return int(number) if number.isascii() and number.isdecimal() and 0 < int(number[:6]) <= 10_000 else 1
