"""The application is built with no plugin, each alone, all of them, and all but one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from muniment.access.actor import SYSTEM
from muniment.plugins.discovery import discover
from muniment.plugins.resolution import requirements
from muniment.plugins.service import PluginStateService
from muniment.repository import Repository
from muniment.web.app import create_app

INSTALLED = {name: plugin for name, plugin in discover().plugins.items() if not plugin.manifest.builtin}


def together_with_required(names: set[str]) -> frozenset[str]:
    return frozenset(names.union(*(requirements(name, INSTALLED) for name in names)))


def without(name: str) -> frozenset[str]:
    """All plugins but one and those that cannot do without it."""
    return frozenset(other for other in INSTALLED if other != name and name not in requirements(other, INSTALLED))


def combinations() -> list[frozenset[str]]:
    found = [frozenset[str](), frozenset(INSTALLED)]
    for name in sorted(INSTALLED):
        found += [together_with_required({name}), without(name)]
    return list(dict.fromkeys(found))


@pytest.fixture
def with_plugins(repository: Repository) -> Callable[[frozenset[str]], Repository]:
    """The repository with exactly these plugins enabled."""

    def make(names: frozenset[str]) -> Repository:
        service = PluginStateService(repository.database, folder=repository.instance.plugins)  # tries nothing out
        for name in sorted(names):
            service.enable(name, SYSTEM, with_required=True)
        assert repository.plugins.enabled() == names
        return repository.successor()

    return make


@pytest.mark.parametrize("names", combinations(), ids=lambda names: "+".join(sorted(names)) or "none")
def test_the_application_works(with_plugins: Callable[[frozenset[str]], Repository], names: frozenset[str]) -> None:
    repository = with_plugins(names)
    assert repository.generation.failures == {}
    assert not repository.read_only
    assert names <= set(repository.generation.names)
    app = create_app(repository)
    client = app.test_client()
    for path in ("/", "/search", "/healthz", "/readyz", "/api/records", "/api/openapi.json", "/login"):
        answer = client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status}"
    answering = [(rule.rule, rule.methods or set()) for rule in app.url_map.iter_rules()]
    rules = Counter((path, method) for path, methods in answering for method in methods - {"HEAD", "OPTIONS"})
    assert [rule for rule, count in rules.items() if count > 1] == []


@pytest.mark.parametrize("name", sorted(INSTALLED))
def test_switching_on_and_off_leaves_no_trace(
    repository: Repository, with_plugins: Callable[[frozenset[str]], Repository], name: str
) -> None:
    before = traces(repository)
    with_plugins(together_with_required({name}))
    for other in reversed([*requirements(name, INSTALLED), name]):
        repository.plugins.disable(other, SYSTEM, with_dependents=True)
    assert traces(repository.successor()) == before


def traces(repository: Repository) -> dict[str, object]:
    """What a plugin could leave behind in an application."""
    app = create_app(repository)
    return {
        "routes": sorted(f"{rule.rule} {rule.endpoint}" for rule in app.url_map.iter_rules()),
        "jobs": sorted(repository.jobs.jobs),
        "handlers": sorted(repository.deliveries.handlers),
        "vocabularies": sorted(item.name for item in repository.vocabularies.registered),
        "formats": [item.name for item in repository.hooks.register_import_formats()],
        "categories": sorted(repository.privacy.categories),
        "plugins": repository.generation.names,
    }
