"""Saves what the form of a request says, and tells where its draft is edited next."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from muniment.records.forms import SavedForm
from muniment.records.items import RecordItem
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.deposit.page import sent_form_key, sent_revision
from muniment.web.ui.deposit.problems import ShownProblem
from muniment.web.ui.deposit.reading import Reading


def save_form(item: RecordItem | None, reading: Reading) -> SavedForm:
    """Save a reading of the form of this request; `item` is None for a form whose draft does not exist yet.

    Raises `RevisionMismatch` when somebody else saved since the form was made.
    """
    return the_repository().records.save_form(
        the_actor(),
        reading.document,
        {name: tuple(values) for name, values in request.form.lists()},
        number=item.id if item is not None else "",
        revision=sent_revision(item) if item is not None else None,
        form_key=sent_form_key(),
    )


def failures(form: SavedForm) -> list[ShownProblem]:
    """What to say of plugins that failed when the draft was saved already."""
    return [
        ShownProblem(
            "", "", _("The draft is saved, but %(plugin)s failed: what you chose there was not done.", plugin=name)
        )
        for name in form.failed
    ]


def next_address(form: SavedForm, **more: Any) -> str:
    """Where the form is shown again, with what plugins have to tell there."""
    return url_for("deposit.edit", **{**form.address, "number": form.item.id, "saved": 1, **more})
