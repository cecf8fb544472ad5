"""As the core's test of the same name, with every plugin: feeds, sitemaps, OAI-PMH, panels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from muniment.access.actor import SYSTEM
from muniment.plugins.discovery import discover
from muniment.testing.shared_cache import mixed_up, readers
from muniment.web.app import create_app

PLUGINS = sorted(name for name, plugin in discover().plugins.items() if not plugin.manifest.builtin)


def test_nobody_is_given_what_is_another_ones(
    repository: Any, ada: Any, administrator: Any, make_record: Callable[..., Any]
) -> None:
    for name in PLUGINS:
        repository.plugins.enable(name, SYSTEM, with_required=True)
    enabled = repository.successor()
    closed = {"record_access": "restricted", "files_access": "restricted"}
    number = make_record("Glaciers of Ada", files={"something": b"Glaciers of Ada"}, **closed).id
    owned = make_record("Only for administrators", actor=administrator.actor, **closed).id
    people = {"ada": (ada, []), "administrator": (administrator, ["Only for administrators"])}
    everybody = readers(enabled, people)
    assert mixed_up(create_app(enabled), everybody, [number, owned]) == []
