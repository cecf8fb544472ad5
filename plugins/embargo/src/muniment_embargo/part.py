"""The embargo in a record's JSON: `access.embargo` in and out, and the access status that follows from it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from muniment.api import PartSubject, Problem, Repository, clean_text
from muniment_embargo.embargo import PATH, Embargo

#: With this the section of the deposit form marks what it sends: there a day alone says that there is an embargo.
OF_FORM: Final = "form"
LONGEST_REASON: Final = 1000
NO_DATE: Final = "This is not a date. Write it like 2027-03-03."
NO_OBJECT: Final = "An embargo is an object with active, until and reason."

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class _Day(fields.Field):  # type: ignore[type-arg]  # it is not generic in marshmallow 3
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:  # noqa: ARG002
        try:
            if isinstance(value, str) and _DAY.fullmatch(value.strip()):
                return date.fromisoformat(value.strip())
        except ValueError:
            pass
        raise ValidationError(NO_DATE)


class _Reason(fields.Field):  # type: ignore[type-arg]
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # noqa: ARG002
        if not isinstance(value, str):
            raise ValidationError("Not a valid string.")
        return clean_text(value, maximum=LONGEST_REASON)


class _EmbargoSchema(Schema):
    """As clients send it; what is left out or null says nothing."""

    class Meta:
        unknown = EXCLUDE

    active = fields.Boolean(allow_none=True, load_default=None)
    until = _Day(allow_none=True, load_default=None)
    reason = _Reason(allow_none=True, load_default=None)


_SCHEMA = _EmbargoSchema()


def load(sent: Any, stored: Any, today: date) -> tuple[dict[str, Any] | None, list[Problem]]:
    """What to store of what was sent, and what is malformed in it. When `active` is not said, the day tells.

    What is not understood changes nothing of what is stored.
    """
    if sent is None:
        return None, []
    if not isinstance(sent, Mapping):
        return stored, [Problem(PATH, NO_OBJECT)]
    if OF_FORM in sent:
        if not sent.get("until") and not sent.get("reason"):
            return (stored if not Embargo.of(stored).active else None), []
        sent = {**sent, "active": True}
    try:
        found = _SCHEMA.load(dict(sent))
    except ValidationError as error:
        valid = error.valid_data if isinstance(error.valid_data, Mapping) else {}
        before = Embargo.of(stored)
        found = {"active": before.active, "until": before.until, "reason": before.reason, **valid}
        messages: Mapping[str, list[str]] = error.messages_dict
        return _stored(found, today), [
            Problem(f"{PATH}.{name}", text) for name, texts in messages.items() for text in texts
        ]
    return _stored(found, today), []


def _stored(found: Mapping[str, Any], today: date) -> dict[str, Any] | None:
    until, active = found["until"], found["active"]
    if active is None:
        active = until is not None and until > today
    return Embargo(active, until, found["reason"] or "").stored()


def on_new_version(stored: Any) -> Any:
    """A new version begins under the embargo of the one before while that holds; what is over says nothing of it."""
    return stored if Embargo.of(stored).active else None


def dump(_repository: Repository, subjects: Sequence[PartSubject]) -> dict[int, dict[str, Any]]:
    """`access.embargo`. It holds nothing back of a record whose files somebody opened while the plugin was off."""
    return {
        subject.record_id: {**subject.stored, "active": subject.stored["active"] and _is_closed(subject)}
        for subject in subjects
        if subject.stored
    }


def dump_status(_repository: Repository, subjects: Sequence[PartSubject]) -> dict[int, str]:
    """`access.status` of what is under embargo; of the rest the core says it."""
    return {
        subject.record_id: "embargoed"
        for subject in subjects
        if Embargo.of(subject.parts.get(PATH)).active and _is_closed(subject)
    }


def _is_closed(subject: PartSubject) -> bool:
    return subject.is_draft or subject.access_files == "restricted"
