"""Every table of this package, by one name each."""

from __future__ import annotations

from muniment.users.account_models import LinkedIdentity, Role, Subject, User, UserRole
from muniment.users.credential_models import (
    AccessToken,
    OneTimeLink,
    PasswordCredential,
    SessionRow,
    ThrottleCounter,
)
from muniment.users.domain_models import EmailDomain

__all__ = [
    "AccessToken",
    "EmailDomain",
    "LinkedIdentity",
    "OneTimeLink",
    "PasswordCredential",
    "Role",
    "SessionRow",
    "Subject",
    "ThrottleCounter",
    "User",
    "UserRole",
]
