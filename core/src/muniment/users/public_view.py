"""What others may read about an account, as the REST API answers it (InvenioRDM's shape)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from muniment.access.actor import Actor
from muniment.users.account_models import User
from muniment.users.roles import MODERATION


def may_see(actor: Actor, user: User) -> bool:
    """Whether the account exists for `actor`: public profiles of usable accounts, their own, and all for moderators."""
    if is_self(actor, user) or actor.can(MODERATION):
        return True
    return user.visibility == "public" and user.may_act


def is_self(actor: Actor, user: User) -> bool:
    return actor.subject == user.subject_id


def user_document(actor: Actor, user: User, api_url: str) -> dict[str, Any]:
    """The JSON of an account for `actor`; what it holds depends on who reads (see `may_see`).

    A token without the scope `user:email` gets neither the address nor the preferences of its owner.
    """
    private = _sees_private_parts(actor, user)
    moderator = actor.can(MODERATION)
    document: dict[str, Any] = {
        "id": str(user.subject_id),
        "username": user.username,
        "profile": {"full_name": user.full_name, "affiliations": user.affiliations},
        "identities": {},
        "active": user.active,
        "confirmed": user.confirmed_at is not None,
        "blocked": user.blocked_at is not None,
        "verified": user.verified_at is not None,
        "is_current_user": is_self(actor, user),
        "created": _moment(user.created),
        "updated": _moment(user.updated),
        "revision_id": user.revision,
        "links": {
            "self": f"{api_url}/users/{user.subject_id}",
            "avatar": f"{api_url}/users/{user.subject_id}/avatar.svg",
            "records_html": f"{api_url.removesuffix('/api')}/search?q=parent.access.owned_by.user:{user.subject_id}",
        },
    }
    if private or (user.email_visibility == "public" and actor.is_authenticated):
        document["email"] = user.email
    if private:
        document["preferences"] = {
            "visibility": user.visibility,
            "email_visibility": user.email_visibility,
            "locale": user.locale,
            "timezone": user.timezone,
        }
    if private or moderator:
        document |= _account_state(user)
    return document


def _account_state(user: User) -> dict[str, Any]:
    return {
        "domain": user.domain,
        "status": status_of(user),
        "confirmed_at": _moment(user.confirmed_at),
        "verified_at": _moment(user.verified_at),
        "blocked_at": _moment(user.blocked_at),
        "current_login_at": _moment(user.current_login_at),
        "last_login_at": _moment(user.last_login_at),
        "login_count": user.login_count,
        "roles": [role.name for role in user.roles],
    }


def _sees_private_parts(actor: Actor, user: User) -> bool:
    if is_self(actor, user):
        return actor.scopes is None or "user:email" in actor.scopes
    return actor.can(MODERATION)


def status_of(user: User) -> str:
    if user.blocked_at is not None:
        return "blocked"
    if not user.active:
        return "waiting" if user.waiting else "inactive"
    if user.confirmed_at is None:
        return "new"
    return "verified" if user.verified_at is not None else "confirmed"


def _moment(value: datetime | None) -> str | None:
    return value.isoformat(timespec="microseconds") if value else None
