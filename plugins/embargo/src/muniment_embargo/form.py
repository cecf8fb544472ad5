"""The section of the deposit form. It works without scripts: a day alone makes an embargo."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template
from flask_babel import format_date
from markupsafe import Markup

from muniment_embargo.embargo import PATH, Embargo
from muniment_embargo.part import LONGEST_REASON


def section(form: Any) -> Markup:
    """The fields for `form`, the deposit form of the page: as they were sent when it came back, else as stored."""
    shown = form.at(PATH) or {}
    saved = Embargo.of(form.saved.get("access", {}).get("embargo"))
    is_over = saved.until is not None and not saved.active and shown.get("until") == saved.until.isoformat()
    errors = [name for name in ("until", "reason") if form.errors(f"{PATH}.{name}")]
    values = {name: "" if is_over else shown.get(name) or "" for name in ("until", "reason")}
    page = render_template(
        "embargo/section.html",
        form=form,
        path=PATH,
        values=values,
        ended=_worded(saved.until) if is_over else "",
        opened=bool(errors or values["until"] or values["reason"]),
        longest_reason=LONGEST_REASON,
    )
    return Markup(page)


def _worded(day: date | None) -> str:
    return str(format_date(day, "long")) if day else ""
