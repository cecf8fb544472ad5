"""The reference of what people and tokens may do: actions on records, permissions of roles, scopes of tokens."""

from __future__ import annotations

from typing import get_args

from muniment.access.actor import ANONYMOUS, Actor, person
from muniment.access.labels import Action, draft_labels, record_labels
from muniment.testing.references import markdown
from muniment.users.roles import BUILT_IN
from muniment.users.scopes import CORE_SCOPES

_OWNER = 7
_PEOPLE: dict[str, Actor] = {
    "everybody": ANONYMOUS,
    "signed in": person(8),
    "owner": person(_OWNER),
    "moderator": person(9, frozenset({"moderator"})),
    "administrator": person(10, frozenset({"administrator"})),
}
_STATES = {
    "public record": ("public", "public"),
    "record with restricted files": ("public", "restricted"),
    "restricted record": ("restricted", "restricted"),
    "draft": None,
}


def page() -> str:
    return markdown.page(
        "Who may do what",
        "An action is allowed when the actor holds one of the labels that the record has for it. Labels for viewing "
        "are stored in the search index too, so that lists, counts and pages agree.",
        "## Actions on records",
        markdown.table(("action", *_STATES), [_row(action) for action in get_args(Action)]),
        "## Permissions of roles",
        "Permissions hold for the whole repository. An administrator has every one, also those that plugins ask for; a "
        "site can add roles of its own.",
        markdown.table(
            ("role", "permissions"),
            [(f"`{name}`", ", ".join(f"`{item}`" for item in sorted(held))) for name, (_, held) in BUILT_IN.items()],
        ),
        "## Scopes of access tokens",
        "A token can do what its owner can, limited to its scopes.",
        markdown.table(("scope", "what it allows"), [(f"`{scope.name}`", f"{scope.title}.") for scope in CORE_SCOPES]),
    )


def _row(action: str) -> tuple[str, ...]:
    return (f"`{action}`", *(_allowed(action, access) for access in _STATES.values()))


def _allowed(action: str, access: tuple[str, str] | None) -> str:
    labels = record_labels(action, _OWNER, *access) if access is not None else draft_labels(action, _OWNER)
    if ANONYMOUS.holds_any(labels):
        return "everybody"
    return ", ".join(name for name, actor in _PEOPLE.items() if actor.holds_any(labels))
