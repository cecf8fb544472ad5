"""What nobody is asked for is never stored (CVE-2022-43685): every route of the core and of all plugins that takes
something is sent owners, roles, states and tokens along, and none of it is in the database afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from muniment.api import Repository
from muniment.testing.documents import document
from muniment.testing.people import PASSWORD
from muniment.testing.permission_scene import Scene
from muniment.testing.permission_values import SENT, VALUES
from muniment.testing.permissions import plain
from muniment.testing.routes import SAFE, routes
from muniment.web.errors import is_api

PLUGINS: Final = (
    *("sharing", "exports", "oaipmh", "embargo", "openaire", "importers", "datacite", "orcid", "support"),
    *("requests", "access-requests", "deletion-requests", "quota", "communities", "curation", "notifications"),
    *("oidc", "oauth-server", "mfa", "internal-notes"),
)
pytestmark = [pytest.mark.plugins(*PLUGINS), pytest.mark.any_database]

#: Told from everything else that is stored: a text, and the number of an account, a record or a row.
MARK: Final = "zq-nobody-asked-zq"
NUMBER: Final = 918273645546372
NAMES: Final = (
    *("id", "uuid", "pk", "parent_id", "owner", "owner_id", "owned_by", "user", "user_id", "subject", "subject_id"),
    *("creator", "created_by", "granted_by", "invited_by", "receiver", "giver", "origin", "issuer", "identities"),
    *("role", "roles", "permissions", "labels", "is_administrator", "active", "confirmed", "confirmed_at"),
    *("verified", "verified_at", "blocked_at", "created", "updated", "revision", "revision_id", "version_id"),
    *("state", "status", "deletion_status", "is_published", "token", "token_hash", "secret", "password_hash"),
    *("client_id", "family", "used_at", "request", "topic", "reviewers", "is_open", "closed"),
)
#: What takes effect if it is taken at its word.
PLAUSIBLE: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("active", "confirmed", "verified", "is_administrator", "is_published"), True),
    **dict.fromkeys(("confirmed_at", "verified_at"), "2026-01-01T00:00:00+00:00"),
    "role": "administrator",
    "roles": ["administrator"],
    "permissions": ["administration", "moderation"],
    "state": "published",
    "status": "accepted",
}
#: What makes some routes do what they are for.
BODIES: Final[Mapping[str, Mapping[str, Any]]] = {
    "POST /api/records": document(),
    "PUT /api/records/<id>/draft": document(),
    "POST /api/records/<id>/access/links": {"permission": "view"},
    "POST /api/records/<id>/access/grants": {
        "grants": [{"permission": "view", "subject": {"type": "email", "id": "friend@example.org"}}]
    },
    "POST /api/records/<id>/access/transfer": {"email": "friend@example.org"},
    "POST /api/records/<id>/quota-increase": {"quota_size": 10**11, "comment": "A survey"},
    "POST /api/user/quota-increase": {"quota_size": 10**11, "comment": "A survey"},
    "POST /api/communities": {"slug": "polar", "metadata": {"title": "Polar research"}},
    "POST /api/register": {"email": "api@example.org", "password": PASSWORD},
    "POST /signup": {"email": "page@example.org", "password": PASSWORD, "password_again": PASSWORD},
    "POST /account/settings/profile": {
        "full_name": "Ada Lovelace",
        "visibility": "public",
        "email_visibility": "restricted",
    },
    "POST /account/settings/applications": {"name": "Mine", "scopes": "deposit:write", "days": "30"},
    "POST /account/settings/applications/clients/new": {"name": "App", "redirect_uris": "https://app.example/"},
    "POST /communities/new": {"title": "Alpine research", "slug": "alpine"},
    "POST /records/<number>/share/links": {"permission": "view"},
    "POST /records/<number>/share/grants": {"who": "friend@example.org", "permission": "view"},
    "POST /records/<number>/share/transfer": {"email": "friend@example.org"},
}


def along(body: Any, more: Mapping[str, Any]) -> Any:
    """The same with `more` in every object: what a body says itself stays. What is written about a work is left as it
    is: a draft keeps it as it was typed, right or wrong."""
    if isinstance(body, Mapping):
        return {**more, **{name: value if name == "metadata" else along(value, more) for name, value in body.items()}}
    return [along(value, more) for value in body] if isinstance(body, list) else body


def sent(app: Flask, more: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """What goes to each route: JSON with `more` at the top and in what it holds, forms with it as texts."""
    found = {}
    for _, method, rule in routes(app):
        if method in SAFE or method == "DELETE":
            continue
        known = dict(SENT.get((method, plain(rule)), {}))
        body = BODIES.get(f"{method} {plain(rule)}", {})
        if "data" in known:
            found[method, plain(rule)] = known
        elif is_api(rule) or "json" in known:
            found[method, plain(rule)] = {**known, "json": along(known.get("json", body), more)}
        else:
            found[method, plain(rule)] = {**known, "data": {**{name: str(one) for name, one in more.items()}, **body}}
    return found


def stored(repository: Repository, *marks: str) -> Iterator[str]:
    """Every row of the database that holds one of the marks."""
    with repository.database.read() as session:
        for table in inspect(session.connection()).get_table_names():
            for row in session.execute(text(f'SELECT * FROM "{table}"')).mappings():
                if any(mark in repr(row) for mark in marks):
                    yield f"{table}: {dict(row)}"


@pytest.mark.parametrize(
    "more", [dict.fromkeys(NAMES, MARK), dict.fromkeys(NAMES, NUMBER), PLAUSIBLE], ids=["texts", "numbers", "plausible"]
)
def test_what_nobody_is_asked_for_is_not_stored(app: Flask, repository: Any, more: Mapping[str, Any]) -> None:
    bodies = sent(app, more)
    scene = Scene(app, repository, VALUES, bodies)
    answers = {
        f"{method} {plain(rule)}": scene.ask("owner", endpoint, method, rule)
        for endpoint, method, rule in routes(app)
        if (method, plain(rule)) in bodies
    }
    assert [route for route, answer in answers.items() if answer.startswith("5")] == []
    refused = [route for route in BODIES if answers[route].startswith("4")]
    assert more is PLAUSIBLE or refused == [], "these have to do what they are for"
    assert list(stored(repository, MARK, str(NUMBER))) == []
    with repository.database.read() as session:
        assert session.execute(text("SELECT * FROM user_roles")).all() == []
    for email in ("api@example.org", "page@example.org"):
        account = repository.users.find(email)
        assert (account.confirmed_at, account.verified_at, account.roles) == (None, None, [])


def test_what_is_stored_is_found(repository: Any, make_draft: Any) -> None:
    make_draft(MARK)
    assert any(row.startswith("drafts") for row in stored(repository, MARK))
