"""What pages call roles, types and what was done."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import muniment_communities
from muniment_communities.log_pages import sentence
from muniment_communities.roles import ROLES
from muniment_communities.schemas import TYPES
from muniment_communities.wording import VALUE_LABELS, role_hint, role_label, type_label

pytestmark = pytest.mark.plugins("communities", "requests")


@pytest.fixture
def page(app: Any) -> Iterator[None]:
    """Within a page in English."""
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


@pytest.mark.usefixtures("page")
def test_every_role_has_a_name_and_says_what_it_means() -> None:
    assert len({role_label(role) for role in ROLES} - set(ROLES)) == len(ROLES)
    assert len({role_hint(role) for role in ROLES}) == len(ROLES)


@pytest.mark.usefixtures("page")
def test_every_type_has_a_name_for_people_and_programs() -> None:
    for kind in TYPES:
        assert type_label(kind) == VALUE_LABELS[kind] != kind
    assert (type_label(""), type_label("club")) == ("", "club")


@pytest.mark.usefixtures("page")
def test_whatever_is_logged_has_words() -> None:
    folder = Path(muniment_communities.__file__).parent
    actions = {
        str(node.args[3].value)
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "note"
        if isinstance(node.args[3], ast.Constant)
    }
    actions |= {f"invitation_{state}" for state in ("accepted", "declined", "withdrawn", "expired")}
    actions |= {"record_added", "record_removed", "member_removed", "left", "verified", "not_verified", "not_featured"}
    assert len(actions) > 20
    assert {action for action in actions if sentence(action) == action.replace("_", " ")} == set()


@pytest.mark.usefixtures("page")
def test_what_other_plugins_log_is_shown_as_they_call_it() -> None:
    assert sentence("robots_let_in") == "robots let in"
