"""What the core's tables about people hold, why and until when; the rows of Zenodo's privacy notice that apply."""

from __future__ import annotations

from muniment.privacy.registry import Category, Retention, Table
from muniment.users.links import sweep_links
from muniment.users.models import (
    LinkedIdentity,
    OneTimeLink,
    SessionRow,
    ThrottleCounter,
    User,
    UserRole,
)
from muniment.users.sessions import sweep_sessions
from muniment.users.throttle import sweep_counters

_USERS = Table(User, subject="subject_id")

CATEGORIES = (
    Category(
        id="user.account_name",
        label="Account name",
        fields=("number of the account", "user name"),
        purposes=("identify", "provide_service", "support", "display_public", "anti_spam"),
        basis="legitimate_interest",
        source=("user_input",),
        owner="accounts",
        stores=(_USERS,),
        transfers=("general_public when the profile is public", "signed_in_users when the profile is public"),
    ),
    Category(
        id="user.full_name",
        label="Name and affiliation",
        fields=("full name", "affiliations"),
        purposes=("identify", "findable", "display_public", "anti_spam"),
        basis="legitimate_interest",
        source=("user_input",),
        owner="accounts",
        stores=(_USERS,),
        transfers=("general_public when the profile is public", "signed_in_users when the profile is public"),
    ),
    Category(
        id="user.email",
        label="E-mail address",
        fields=("e-mail address", "time of its confirmation", "links mailed to it, as hashes"),
        purposes=("identify", "provide_service", "support", "communicate", "findable", "anti_spam"),
        basis="legitimate_interest",
        source=("user_input",),
        owner="accounts",
        stores=(_USERS, Table(OneTimeLink, subject="user_id")),
        retention=Retention(until=("account.deleted", "link.expired + P7D for links"), sweep=sweep_links),
        transfers=("signed_in_users when the address is public",),
    ),
    Category(
        id="user.preferences",
        label="Preferences",
        fields=("language", "time zone", "who sees the profile", "who sees the address"),
        purposes=("adapt_ui", "control_findability", "control_display"),
        basis="legitimate_interest",
        source=("user_input",),
        owner="accounts",
        stores=(_USERS,),
    ),
    Category(
        id="user.status",
        label="State of the account",
        fields=("active", "blocked", "verified"),
        purposes=("anti_spam", "rank_search"),
        basis="legitimate_interest",
        source=("service",),
        owner="accounts",
        stores=(_USERS,),
    ),
    Category(
        id="user.authorizations",
        label="Roles",
        fields=("roles",),
        purposes=("grant_protected_features",),
        basis="legitimate_interest",
        source=("service",),
        owner="accounts",
        stores=(Table(UserRole, subject="user_id"),),
    ),
    Category(
        id="user.login_history",
        label="Sign-in history",
        fields=("times of the last two sign-ins", "number of sign-ins"),
        purposes=("account_security", "debugging", "anti_spam"),
        basis="legitimate_interest",
        source=("automatic_at_login",),
        owner="accounts",
        stores=(_USERS,),
    ),
    Category(
        id="session.devices",
        label="Devices that are signed in",
        fields=("network address", "time of the last activity", "name of browser and system"),
        purposes=("account_security", "remote_logout", "anti_spam"),
        basis="legitimate_interest",
        source=("automatic_from_browser",),
        owner="accounts",
        stores=(Table(SessionRow, subject="user_id"),),
        retention=Retention(until=("account.deleted", "session.last_activity + P30D"), sweep=sweep_sessions),
    ),
    Category(
        id="session.attempts",
        label="Failed attempts",
        fields=("keyed hash of the network address or account", "number of attempts"),
        purposes=("account_security", "rate_limit"),
        basis="legitimate_interest",
        source=("automatic_from_browser",),
        owner="accounts",
        stores=(Table(ThrottleCounter),),
        retention=Retention(until=("attempt.at + P1D",), sweep=sweep_counters),
    ),
    Category(
        id="linked.accounts",
        label="Linked accounts",
        fields=("name of the service", "identifier there"),
        purposes=("sign_up_sign_in",),
        basis="legitimate_interest",
        source=("identity_provider",),
        owner="accounts",
        stores=(Table(LinkedIdentity, subject="user_id"),),
        retention=Retention(until=("account.deleted", "link.disconnected")),
    ),
)
