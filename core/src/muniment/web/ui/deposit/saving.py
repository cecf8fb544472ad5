"""Saves what a form says, once however often it is sent."""

from __future__ import annotations

from muniment.records.items import RecordItem
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.deposit.page import sent_form_key, sent_revision
from muniment.web.ui.deposit.reading import Reading


def save_form(item: RecordItem | None, reading: Reading) -> RecordItem:
    """Save a reading of the form of this request; `item` is None for a form whose draft does not exist yet.

    Raises `RevisionMismatch` when somebody else saved since the form was made. A new form that is sent again, because
    its first answer was never seen, changes the draft that it made.
    """
    records = the_repository().records
    if item is not None:
        return records.update_draft(the_actor(), item.id, reading.document, revision=sent_revision(item))
    made = records.made_by_form(the_actor(), sent_form_key())
    if made is not None:
        return records.update_draft(the_actor(), made.id, reading.document, revision=made.revision)
    return records.create(the_actor(), reading.document, form_key=sent_form_key())
