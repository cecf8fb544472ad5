"""Whatever is sent in place of what a route asks for is refused in words: every property of every body that the API
documents gets every kind of JSON value, one at a time."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest
from flask import Flask

from muniment.testing.documents import document
from muniment.testing.permission_scene import Scene
from muniment.testing.permission_values import VALUES
from muniment.testing.permissions import plain
from muniment.testing.routes import routes

PLUGINS: Final = (
    *("sharing", "exports", "oaipmh", "embargo", "openaire", "importers", "datacite", "orcid", "support"),
    *("requests", "access-requests", "deletion-requests", "quota", "communities", "curation", "notifications"),
    *("oidc", "oauth-server", "mfa", "internal-notes"),
)
pytestmark = [pytest.mark.plugins(*PLUGINS), pytest.mark.slow]

WRONG: Final[tuple[Any, ...]] = (
    *(None, True, -1, 10**30, 2**40, "a\x00b", 1.5, "", "\x13 control", "\ud8bc alone", "x" * 30_000),
    *([], {}, [None], [[]], [{}], [{"id": {}}], {"id": []}, {"id": {"id": {}}}, {"user": [], "group": {}}),
)
#: What the rest of a body says, so that what is wrong is come to.
BODIES: Final[Mapping[str, Any]] = {
    "POST /api/records": document(),
    "PUT /api/records/<id>/draft": document(),
    "POST /api/communities": {"slug": "wrong-types", "metadata": {"title": "Polar"}, "access": {}},
    "PUT /api/communities/<id>": {"slug": "wrong-types", "metadata": {"title": "Polar"}, "access": {}},
    "POST /api/communities/<id>/collection-trees": {"slug": "tree", "title": "Tree", "order": 1},
    "POST /api/records/<id>/request-deletion": {"reason": "test-record", "comment": "It was published by mistake."},
    "POST /api/records/<id>/access/grants": {
        "grants": [{"permission": "view", "subject": {"type": "email", "id": "friend@example.org"}}]
    },
}


def made(scene: Scene, name: str, who: str, path: str, body: Mapping[str, Any]) -> str:
    """Something that somebody makes by the API, anew when a call has used it up; its id, or what it was called."""

    def make() -> str:
        token = scene.repository.tokens.create_for_subject(scene.person(who).subject, "wrong types")
        answer = scene.app.test_client().post(path, json=body, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code in (200, 201), (path, answer.json)
        return str(body.get("slug", answer.json.get("id")))

    return scene.thing(name, make)


def community(scene: Scene) -> str:
    about = {"slug": f"c-{uuid.uuid4().hex}", "metadata": {"title": "Polar"}, "access": {}}
    return made(scene, "community", "administrator", "/api/communities", about)


def tree(scene: Scene) -> str:
    path = f"/api/communities/{community(scene)}/collection-trees"
    return made(scene, "tree", "administrator", path, {"slug": "tree", "title": "Tree"})


def collection(scene: Scene) -> str:
    path = f"/api/communities/{community(scene)}/collection-trees/{tree(scene)}/collections"
    about = {"slug": "all", "title": "All", "search_query": "ice"}
    return made(scene, "collection", "administrator", path, about)


def request(scene: Scene) -> str:
    asked = {"quota_size": 10**11, "comment": "A survey"}
    return made(scene, "request", "owner", "/api/user/quota-increase", asked)


def comment(scene: Scene) -> str:
    said = {"payload": {"content": "Please", "format": "html"}}
    return made(scene, "comment", "owner", f"/api/requests/{request(scene)}/comments", said)


#: What stands for the variables of routes, by how they begin.
THINGS: Final[Mapping[str, Mapping[str, Callable[[Scene], str]]]] = {
    "/api/communities/<id>": {"id": community, "tree": tree, "slug": collection},
    "/api/requests/<id>": {"id": request, "comment": comment},
}


def properties(schema: Mapping[str, Any], known: Mapping[str, Any], depth: int = 2) -> Iterator[tuple[str, ...]]:
    """The paths of the properties of a body's schema."""
    while "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    for name, below in (schema.get("properties") or {}).items():
        yield (name,)
        if depth > 1:
            for path in properties(below, known, depth - 1):
                yield (name, *path)


def replaced(body: Any, path: tuple[str, ...], value: Any) -> Any:
    name, *rest = path
    present = body if isinstance(body, Mapping) else {}
    return {**present, name: replaced(present.get(name), tuple(rest), value) if rest else value}


def asked_for(app: Flask) -> dict[tuple[str, str], list[tuple[str, ...]]]:
    """The properties that each route documents, by method and rule."""
    described = app.test_client().get("/api/openapi.json").json
    assert described is not None
    known = described["components"]["schemas"]
    found = {}
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            schema = (
                ((operation.get("requestBody") or {}).get("content") or {}).get("application/json", {}).get("schema")
            )
            if schema:
                rule = re.sub(r"\{(\w+)\}", r"<\1>", path)
                found[method.upper(), rule] = list(properties(schema, known))
    return found


@pytest.mark.parametrize("who", ["owner", "administrator"])
def test_no_value_is_too_strange(app: Flask, repository: Any, who: str) -> None:
    wanted = asked_for(app)
    assert {(method, plain(rule)) for _, method, rule in routes(app)} >= wanted.keys()
    values = {**VALUES, **{rule: THINGS[start] for _, rule in wanted for start in THINGS if rule.startswith(start)}}
    bodies: dict[tuple[str, str], dict[str, Any]] = {key: {"json": {}} for key in wanted}
    scene = Scene(app, repository, values, bodies)
    broken = []
    for endpoint, method, rule in routes(app):
        key = method, plain(rule)
        for path in wanted.get(key, ()):
            for value in WRONG:
                bodies[key] = {"json": replaced(BODIES.get(" ".join(key), {}), path, value)}
                answer = scene.ask(who, endpoint, method, rule)
                if answer.startswith("5"):
                    broken.append(f"{' '.join(key)} {'.'.join(path)} = {str(value)[:40]!r}: {answer}")
    assert broken == []
