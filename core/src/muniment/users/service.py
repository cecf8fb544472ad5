"""The service of accounts, `repository.users`; its parts stand in one module for each subject."""

from __future__ import annotations

from muniment.users.moderation import Moderation


class UserService(Moderation):
    """Everything about accounts: `base`, `registration`, `signing_in`, `linked_identities`, `profiles`
    and `moderation` hold the methods."""
