"""The words of pages for roles, types, policies and what was done."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _

#: In English, for programs.
FACET_LABELS: Final = {"type": "Type", "visibility": "Visibility"}
VALUE_LABELS: Final = {
    "organization": "Organization",
    "event": "Event",
    "topic": "Topic",
    "project": "Project",
    "public": "Public",
    "restricted": "Restricted",
}


def type_label(kind: str) -> str:
    labels: dict[str, str] = {
        "organization": _("Organization"),
        "event": _("Event"),
        "topic": _("Topic"),
        "project": _("Project"),
    }
    return labels.get(kind, kind)


def role_label(role: str) -> str:
    labels: dict[str, str] = {
        "reader": _("Reader"),
        "curator": _("Curator"),
        "manager": _("Manager"),
        "owner": _("Owner"),
    }
    return labels.get(role, role)


def role_hint(role: str) -> str:
    hints: dict[str, str] = {
        "reader": _("sees what is restricted to members"),
        "curator": _("also decides about records, and edits those that belong to the community"),
        "manager": _("also looks after members and collections"),
        "owner": _("also changes the community itself"),
    }
    return hints[role]
