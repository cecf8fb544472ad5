"""Permissions and messages in the words of pages, and forms as the service takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from flask_babel import gettext as _

#: What the service says in English, since the API speaks English; on pages it is looked up by its words.
MESSAGES: Final = (
    lazy_gettext("Expiration date must be set to a future date."),
    lazy_gettext("This is not a date. Write it like 2027-03-03."),
    lazy_gettext("Whoever edits a record sees who made it: choose view or preview."),
    lazy_gettext("Grant for this user/role already exists within this record."),
    lazy_gettext("This person owns the record."),
    lazy_gettext("Nobody gives access to themselves."),
    lazy_gettext("Nobody changes what they may do themselves."),
    lazy_gettext("There is no such user."),
    lazy_gettext("There is no such group."),
    lazy_gettext("The record belongs to this address already."),
    lazy_gettext("Nobody owns this record, so nobody can give it away."),
    lazy_gettext("Enter an e-mail address."),
    lazy_gettext("Not a valid email address."),
    lazy_gettext("Missing data for required field."),
)


def sentence(message: str) -> str:
    """A message of the service in the language of the page."""
    return str(gettext(message))


def in_words(permission: str) -> str:
    words = {
        "view": _("can view"),
        "preview": _("can view, drafts too"),
        "edit": _("can edit"),
        "manage": _("can manage"),
    }
    return str(words.get(permission, permission))


def permissions() -> list[tuple[str, str]]:
    """The choices of forms, the least first."""
    return [
        ("view", _("View the record and its files")),
        ("preview", _("View drafts too")),
        ("edit", _("Edit, and publish")),
        ("manage", _("Manage: share it with others")),
    ]


def asked_by_form(form: Mapping[str, str]) -> dict[str, Any]:
    """What the form of the page asks for: one grant. An address invites; a number or a group is given access."""
    who, group = form.get("who", "").strip(), form.get("group", "")
    subject = {"type": "role", "id": group} if group and not who else {"type": "email", "id": who}
    if who.isascii() and who.isdigit():
        subject = {"type": "user", "id": who}
    entry = {
        "permission": form.get("permission", ""),
        "subject": subject,
        "message": form.get("message", ""),
        "notify": True,
    }
    return {"grants": [entry]}
