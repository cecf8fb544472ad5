"""Who may do what: every route of the core and its own plugins, as `permissions.md` beside this file has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

from muniment.access.permission_table import ROLES
from muniment.testing.permission_scene import Scene, table_of
from muniment.testing.permission_values import SENT, VALUES
from muniment.testing.permissions import SIGN_IN, check, differences, plain, read_rows
from muniment.testing.routes import routes
from muniment.web.access import AUTHENTICATED, PUBLIC
from muniment.web.current import state_of

FILE = Path(__file__).with_name("permissions.md")
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
