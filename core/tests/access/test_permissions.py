"""Who may do what: every route of the core and its own plugins, as `permissions.md` beside this file has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from muniment.access.permission_table import ROLES, Route
from muniment.testing.permission_scene import Scene, Values, table_of
from muniment.testing.permissions import SIGN_IN, check, differences, plain, read_rows
from muniment.testing.routes import routes
from muniment.web.access import AUTHENTICATED, PUBLIC
from muniment.web.current import state_of

FILE = Path(__file__).with_name("permissions.md")
TERM = {"name": "licenses", "id": "cc-by-4.0"}
ZIP = {"key": "a.zip", "path": "inside.txt"}
#: What stands for the variables of routes that are not about records and accounts.
VALUES: Values = {
    "POST /api/records/<id>/draft": {"id": lambda scene: scene.record},
    "/api/records/<id>/draft/files/<key>/container": ZIP,
    "/api/records/<id>/draft/files/<key>/container/<path>": ZIP,
    "/api/records/<id>/files/<key>/container": ZIP,
    "/api/records/<id>/files/<key>/container/<path>": ZIP,
    "/api/vocabularies/<type>": {"type": "licenses"},
    "/api/vocabularies/<type>/<id>": {"type": "licenses", "id": "cc-by-4.0"},
    "/control/vocabularies/<name>": TERM,
    "/control/vocabularies/<name>/new": TERM,
    "/control/vocabularies/<name>/terms/<id>": TERM,
    "/control/vocabularies/<name>/terms/<id>/delete": TERM,
    "/control/plugins/<name>": {"name": "banners"},
    "/control/plugins/<name>/disable": {"name": "banners"},
    "/control/plugins/<name>/enable": {"name": "banners"},
    "/control/plugins/<name>/purge": {"name": "banners"},
    "/control/plugins/<name>/settings": {"name": "password"},
    "/control/plugins/<name>/upgrade": {"name": "banners"},
    "/control/audit/audit.<ending>": {"ending": "csv"},
    "/control/jobs/<name>/run": {"name": "records.old-drafts"},
    "/control/users/<number>/<action>": {"action": "block"},
    "/records/<number>/export/<name>": {"name": "json"},
    "/help/api/<slug>": {"slug": "records"},
    "/_styleguide/<name>": {"name": "forms"},
    "/static/<path>": {"path": "robots.txt"},
}
TUS = {"Tus-Resumable": "1.0.0", "Upload-Length": "3", "Upload-Offset": "0"}
#: What is sent along where nothing at all would be refused before anybody asks who sends it.
SENT: Mapping[Route, Mapping[str, Any]] = {
    ("POST", "/api/records/<id>/draft/files"): {"json": [{"key": "b.txt"}]},
    ("POST", "/api/records/<id>/draft/media-files"): {"json": [{"key": "b.txt"}]},
    ("POST", "/api/records/<id>/draft/uploads"): {
        "headers": {**TUS, "Upload-Metadata": "filename Yi50eHQ="},
        "data": b"",
    },
    ("PATCH", "/api/records/<id>/draft/uploads/<upload>"): {
        "headers": {**TUS, "Content-Type": "application/offset+octet-stream"},
        "data": b"abc",
    },
    ("POST", "/api/records/<id>/draft/uploads/<upload>"): {
        "headers": {**TUS, "X-HTTP-Method-Override": "DELETE"},
        "data": b"",
    },
    ("DELETE", "/api/records/<id>/draft/uploads/<upload>"): {"headers": TUS},
    ("POST", "/uploads/<number>/files/check"): {"json": {"files": [{"key": "b.txt", "size": 3}]}},
    ("POST", "/uploads/<number>/files/rename"): {"json": {"key": "a.txt", "name": "b.txt"}},
}
#: Lists that are answered to everybody, with what each of them may see.
LISTS = {"/api/records/<id>/versions"}


def test_every_route_answers_everybody_as_the_table_says(app: Flask, repository: Any) -> None:
    scene = Scene(app, repository, VALUES, SENT)
    check(FILE, table_of(scene))


def test_what_the_table_says_agrees_with_what_the_views_declare(app: Flask) -> None:
    """So that a table that was written anew without reading it does not pass."""
    rows, policies = read_rows(FILE.read_text(encoding="utf-8")), state_of(app).policies
    refusals, wrong = {SIGN_IN, "401", "403"}, []
    for endpoint, method, rule in routes(app):
        row, who = rows[method, plain(rule)], policies[endpoint].access
        if who != PUBLIC and row["anonymous"] not in refusals:
            wrong.append(f"{method} {rule} lets visitors in, and is for {who}")
        if who not in (PUBLIC, AUTHENTICATED) and not {row["other"], row["owner"]} <= refusals:
            wrong.append(f"{method} {rule} lets anybody in, and is for {who}")
        if who == "administration" and row["moderator"] not in refusals:
            wrong.append(f"{method} {rule} lets moderators in, and is for {who}")
        if row["administrator"] in refusals and row["owner"] not in refusals:
            wrong.append(f"{method} {rule} refuses administrators what it lets owners do")
    assert not wrong, "\n".join(wrong)


def test_nothing_about_a_restricted_record_or_a_draft_is_answered_to_others() -> None:
    about = ("/api/records/<", "/records/<", "/uploads/<", "/control/records/<", "/control/drafts/<")
    let_in = [
        f"{method} {rule} for {name}: {row[name]}"
        for (method, rule), row in read_rows(FILE.read_text(encoding="utf-8")).items()
        for name in ("anonymous", "other")
        if rule.startswith(about) and rule not in LISTS and row[name].startswith("2")
    ]
    assert not let_in, "\n".join(let_in)


def test_a_route_that_is_missing_and_one_that_answers_otherwise_are_told() -> None:
    people = dict.fromkeys(ROLES, "200")
    table = {("GET", "/one"): people, ("GET", "/two"): people}
    found = {("GET", "/one"): {**people, "anonymous": "403"}, ("POST", "/three"): people}
    assert differences(table, found) == [
        "GET /one for anonymous: the table says 200, the answer is 403",
        "GET /two is in the table, and there is no such route",
        "POST /three is not in the table",
    ]
    assert differences(table, table) == []
