"""What all pages of the control panel share: the frame, forms that come back, times in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template, request
from flask_babel import format_datetime, format_timedelta

from muniment.errors import MunimentError
from muniment.web.authentication import current_session
from muniment.web.current import the_repository
from muniment.web.ui.account_messages import form_problems, translated
from muniment.web.ui.local_time import local_day
from muniment.web.ui.search_view import Address

#: The largest number that a row can have.
LARGEST = 9_223_372_036_854_775_807
#: Entries on a page of a list.
SIZE = 25


def text(name: str) -> str:
    """A field of the form that was sent, without the blanks around it; "" when it is missing."""
    return request.form.get(name, "").replace("\0", "").strip()


def argument(name: str) -> str:
    """An argument of the address, without the blanks around it."""
    return request.args.get(name, "").replace("\0", "").strip()


def page_number() -> int:
    """The page of a list that is asked for, from 1."""
    number = request.args.get("page", "1")
    return int(number) if number.isascii() and number.isdigit() and 0 < int(number[:6]) <= 9_999 else 1


def link(path: str, asked: Mapping[str, object]) -> str:
    """The address of a list with what it is kept to; what is empty is left out."""
    return str(Address(path, [(name, str(value)) for name, value in asked.items() if value]))


def show(template: str, error: MunimentError | None = None, **values: Any) -> Response:
    """A page of the control panel. With `error`, its problems stand on top and beside the controls they belong to."""
    problems: list[tuple[str, str]] = []
    status, headers = 200, {}
    if error is not None:
        problems = form_problems(error.errors) or [("", translated(error.message))]
        status = error.status if error.status in (403, 404, 412, 429, 503) else 422
        headers = error.headers
    page = render_template(
        template,
        problems=problems,
        errors=lambda name: [message for field, message in problems if field == name],
        form=request.form,
        done=request.args.get("done", ""),
        local_time=local_time,
        local_day=local_day,
        ago=ago,
        translated=translated,
        **values,
    )
    response = make_response(page, status)
    response.headers.update(headers)
    return response


@dataclass(frozen=True)
class Confirmation:
    """A question before something that hurts. `button` says what will happen; `text` what it means; `notices` are what
    plugins say about it."""

    title: str
    text: str
    button: str
    action: str
    back: str
    danger: bool = True
    hidden: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def ask(question: Confirmation, error: MunimentError | None = None) -> Response:
    """The page of a question, which works without scripts."""
    return show("control/confirm.html", error, question=question)


def zone() -> tzinfo:
    """The time zone that the reader chose, else the site's."""
    session = current_session()
    chosen = session.user.timezone if session is not None else ""
    return ZoneInfo(chosen) if chosen else the_repository().config.site.zone


def local_time(moment: datetime) -> str:
    return str(format_datetime(moment.astimezone(zone()), "medium", rebase=False))


def ago(moment: datetime) -> str:
    """ "3 days ago", "in 5 minutes"."""
    return str(format_timedelta(moment - the_repository().now(), add_direction=True))
