"""The actor: who makes a request, with the labels that decide what they may see and do."""

from __future__ import annotations

from dataclasses import dataclass, field

from muniment.errors import PermissionDenied

PUBLIC = "public"
AUTHENTICATED = "authenticated"
SYSTEM_LABEL = "system"
_ANYBODY = frozenset({PUBLIC})


@dataclass(frozen=True)
class Actor:
    """Whoever makes a request: a visitor, a person, or the system itself.

    `subject` is the opaque number that records, events and audit rows name (the public user id); None for
    visitors. An action is allowed when `labels` meets the labels of the record for that action.
    `scopes` limits what a token may do; None means no limit.
    """

    subject: int | None = None
    labels: frozenset[str] = frozenset({PUBLIC})
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    via: str = "anonymous"
    locale: str | None = field(default=None, compare=False)

    @property
    def is_authenticated(self) -> bool:
        return self.subject is not None

    @property
    def is_anybody(self) -> bool:
        """Whether the actor may do no more than every visitor."""
        return self.labels == _ANYBODY

    @property
    def is_system(self) -> bool:
        return SYSTEM_LABEL in self.labels

    @property
    def is_administrator(self) -> bool:
        return self.is_system or "administrator" in self.roles

    def can(self, permission: str) -> bool:
        """Whether the actor holds a repository-wide permission (not one about a single record)."""
        if self.is_administrator:
            return True
        return permission in self.permissions

    def require_scope(self, scope: str) -> None:
        """Raise `PermissionDenied` when a token limits the actor to other scopes."""
        if self.scopes is not None and scope not in self.scopes:
            raise PermissionDenied(f"This token does not have the scope '{scope}'.")

    def holds_any(self, labels: frozenset[str] | set[str]) -> bool:
        return not self.labels.isdisjoint(labels)


ANONYMOUS = Actor()
SYSTEM = Actor(labels=frozenset({PUBLIC, AUTHENTICATED, SYSTEM_LABEL, "role:administrator"}), via="system")


def person(
    subject: int, roles: frozenset[str] = frozenset(), permissions: frozenset[str] = frozenset(), **details: object
) -> Actor:
    """The actor for a signed-in person, with the labels that the core gives everyone.

    Whoever has the permission to moderate is a moderator of records too, by whichever role of the site.
    """
    labels = {PUBLIC, AUTHENTICATED, f"subject:{subject}", *(f"role:{role}" for role in roles)}
    if "moderation" in permissions:
        labels.add("role:moderator")
    return Actor(subject, frozenset(labels), roles, permissions, **details)  # type: ignore[arg-type]
