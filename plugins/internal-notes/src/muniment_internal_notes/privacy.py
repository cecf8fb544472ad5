"""What the plugin keeps about people, why and until when."""

from __future__ import annotations

from muniment.api import Category, Retention, Table
from muniment_internal_notes.models import NoteRow


def _(text: str) -> str:
    """Marks a text for translators; the privacy notice looks it up when it is shown."""
    return text


def categories() -> list[Category]:
    return [
        Category(
            id="internal-notes.notes",
            label=_("Internal notes about records"),
            fields=(_("what moderators wrote about a record"), _("who wrote it"), _("times")),
            purposes=("provide_service", "abuse_prevention"),
            basis="legitimate_interest",
            source=("user_input",),
            owner="internal-notes",
            stores=(Table(NoteRow, subject="subject"),),
            retention=Retention(until=("draft.deleted", "note.removed")),
            erase="pseudonymise",
        )
    ]
