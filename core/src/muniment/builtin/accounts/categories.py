"""What the core's tables about people hold, why and until when; the rows of Zenodo's privacy notice that apply."""

from __future__ import annotations

from muniment.privacy.registry import Category, Retention, Table, _
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
        label=_("Account name"),
        fields=(
            _("number of the account"),
            _("user name"),
        ),
        purposes=("identify", "provide_service", "support", "display_public", "anti_spam"),
        basis="legitimate_interest",
        source=("user_input",),
        owner="accounts",
        stores=(_USERS,),
        transfers=(
            _("everybody, when the profile is public"),
            _("people who are signed in, when the profile is public"),
        ),
    ),
    Category(
        id="user.full_name",
        label=_("Name and affiliation"),
        fields=(
            _("full name"),
            _("affiliations"),
        ),
        purposes=("identify", "findable", "display_public", "anti_spam"),
        basis="legitimate_interest",
        source=("user_input",),
        owner="accounts",
        stores=(_USERS,),
        transfers=(
            _("everybody, when the profile is public"),
            _("people who are signed in, when the profile is public"),
        ),
    ),
    Category(
        id="user.email",
        label=_("E-mail address"),
        fields=(
            _("e-mail address"),
            _("domain of the address"),
            _("time of its confirmation"),
            _("links mailed to it, as hashes"),
        ),
        purposes=("identify", "provide_service", "support", "communicate", "findable", "anti_spam"),
        basis="legitimate_interest",
        source=("user_input",),
        owner="accounts",
        stores=(_USERS, Table(OneTimeLink, subject="user_id")),
        retention=Retention(until=("account.deleted", "link.expired + P7D for links"), sweep=sweep_links),
        transfers=(_("people who are signed in, when the address is public"),),
    ),
    Category(
        id="user.preferences",
        label=_("Preferences"),
        fields=(
            _("language"),
            _("time zone"),
            _("colours of the pages"),
            _("who sees the profile"),
            _("who sees the address"),
        ),
        purposes=("adapt_ui", "control_findability", "control_display"),
        basis="legitimate_interest",
        source=("user_input",),
        owner="accounts",
        stores=(_USERS,),
    ),
    Category(
        id="user.status",
        label=_("State of the account"),
        fields=(
            _("active"),
            _("blocked"),
            _("verified"),
            _("waits for approval"),
            _("day of its deletion, when that was asked for"),
        ),
        purposes=("anti_spam", "rank_search"),
        basis="legitimate_interest",
        source=("service",),
        owner="accounts",
        stores=(_USERS,),
    ),
    Category(
        id="user.authorizations",
        label=_("Roles"),
        fields=(_("roles"),),
        purposes=("grant_protected_features",),
        basis="legitimate_interest",
        source=("service",),
        owner="accounts",
        stores=(Table(UserRole, subject="user_id"),),
    ),
    Category(
        id="user.login_history",
        label=_("Sign-in history"),
        fields=(
            _("times of the last two sign-ins"),
            _("number of sign-ins"),
        ),
        purposes=("account_security", "debugging", "anti_spam"),
        basis="legitimate_interest",
        source=("automatic_at_login",),
        owner="accounts",
        stores=(_USERS,),
    ),
    Category(
        id="session.devices",
        label=_("Devices that are signed in"),
        fields=(
            _("network address"),
            _("time of the last activity"),
            _("name of browser and system"),
        ),
        purposes=("account_security", "remote_logout", "anti_spam"),
        basis="legitimate_interest",
        source=("automatic_from_browser",),
        owner="accounts",
        stores=(Table(SessionRow, subject="user_id"),),
        retention=Retention(until=("account.deleted", "session.last_activity + P30D"), sweep=sweep_sessions),
    ),
    Category(
        id="session.attempts",
        label=_("Failed attempts"),
        fields=(
            _("keyed hash of the network address or account"),
            _("number of attempts"),
        ),
        purposes=("account_security", "rate_limit"),
        basis="legitimate_interest",
        source=("automatic_from_browser",),
        owner="accounts",
        stores=(Table(ThrottleCounter),),
        retention=Retention(until=("attempt.at + P1D",), sweep=sweep_counters),
    ),
    Category(
        id="linked.accounts",
        label=_("Linked accounts"),
        fields=(
            _("name of the service"),
            _("identifier there"),
        ),
        purposes=("sign_up_sign_in",),
        basis="legitimate_interest",
        source=("identity_provider",),
        owner="accounts",
        stores=(Table(LinkedIdentity, subject="user_id"),),
        retention=Retention(until=("account.deleted", "link.disconnected")),
    ),
)
