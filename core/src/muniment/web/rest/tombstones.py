"""What a client may say when it deletes a record."""

from __future__ import annotations

from typing import Any

from muniment.errors import Problem, ValidationFailed


def tombstone_input(data: dict[str, Any]) -> dict[str, Any]:
    """The known fields with their right types; raises ValidationFailed with all that is wrong. Unknown ones go."""
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    reason = data.get("removal_reason")
    if reason is not None:
        if isinstance(reason, dict) and isinstance(reason.get("id"), str) and reason["id"]:
            found["removal_reason"] = {"id": reason["id"]}
        else:
            problems.append(Problem("removal_reason.id", "Not a valid string."))
    for name in ("note", "citation_text"):
        if data.get(name) is not None:
            if isinstance(data[name], str):
                found[name] = data[name]
            else:
                problems.append(Problem(name, "Not a valid string."))
    visible = data.get("is_visible")
    if visible is not None:
        if isinstance(visible, bool):
            found["is_visible"] = visible
        else:
            problems.append(Problem("is_visible", "Not a valid boolean."))
    if problems:
        raise ValidationFailed(errors=problems)
    return found
