"""Where the checks of one plugin happen: a repository with it, an application, people and records, made when needed."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from muniment.access.actor import SYSTEM
from muniment.plugins.discovery import discover
from muniment.plugins.installed import InstalledPlugin
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.testing.configuration import write_configuration
from muniment.testing.documents import document
from muniment.testing.people import PASSWORD, Person

if TYPE_CHECKING:
    from flask import Flask

#: What a page that does not escape would run.
SCRIPT: Final = "<script>conformance()</script>"
#: Stands in what only its owner may see.
HIDDEN: Final = "Hidden from others"

Prepare = Callable[[Repository], None]


def find_installed(name: str) -> InstalledPlugin:
    """The plugin to be checked; an assertion tells why it cannot be used."""
    found = discover()
    assert name not in found.broken, found.broken[name]
    assert name in found.plugins, f"'{name}' is not installed; install its distribution first"
    return found.plugins[name]


def enabled_on(repository: Repository, name: str, prepare: Prepare | None = None) -> Repository:
    """The next generation of `repository`, with the plugin and what it requires."""
    repository.plugins.enable(name, SYSTEM, with_required=True)
    enabled = repository.successor()
    if prepare is not None:
        prepare(enabled)
        enabled = enabled.successor()
    return enabled


class Bench:
    """One repository for all checks of a plugin that leave it as they found it, so that they are quick."""

    def __init__(self, repository: Repository, name: str, prepare: Prepare | None = None) -> None:
        self._bare = repository
        self.name = name
        self._prepare = prepare

    @cached_property
    def installed(self) -> InstalledPlugin:
        return find_installed(self.name)

    @cached_property
    def enabled(self) -> Repository:
        assert self.installed
        return enabled_on(self._bare, self.name, self._prepare)

    @cached_property
    def app(self) -> Flask:
        from muniment.web.app import create_app

        return create_app(self.enabled)

    def contributions(self, hook: str) -> list[Any]:
        """What the plugin handed to a hook that takes nothing."""
        return [item.value for item in self.enabled.hooks.contributions(hook) if item.plugin == self.name]

    # People and records -----------------------------------------------------------------------------------------------

    def person(self, name: str, *roles: str) -> Person:
        email = f"{name.lower()}-{secrets.token_hex(4)}@example.org"
        user = self.enabled.users.create(
            email, password=PASSWORD, confirmed=True, roles=roles, full_name=f"{name} Conformance"
        )
        return Person(email, PASSWORD, user.subject_id, self.enabled.users.actor_for_user(user))

    @cached_property
    def owner(self) -> Person:
        """Somebody who owns all records."""
        return self.person("Owner")

    @cached_property
    def other(self) -> Person:
        return self.person("Other")

    @cached_property
    def administrator(self) -> Person:
        return self.person("Administrator", "administrator")

    @cached_property
    def scripted(self) -> str:
        """A public record that holds a script wherever text can stand."""
        fields = {
            "description": f"<p>{SCRIPT}</p>",
            "publisher": SCRIPT,
            "subjects": [{"subject": SCRIPT}],
            "version": SCRIPT[:40],
        }
        return self._published(document(SCRIPT, files_enabled=True, metadata=fields), {"a<script>.txt": b"text"})

    @cached_property
    def restricted(self) -> str:
        """A record that only its owner and administrators may see."""
        return self._published(document(HIDDEN, record_access="restricted", files_access="restricted"))

    @cached_property
    def draft(self) -> str:
        """A draft with a script in its title."""
        found: str = self.enabled.records.create(self.owner.actor, document(f"{HIDDEN} {SCRIPT}")).id
        return found

    def _published(self, body: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> str:
        repository, actor = self.enabled, self.owner.actor
        draft = repository.records.create(actor, dict(body))
        for key, content in (files or {}).items():
            repository.files.add(actor, draft.id, key, content)
        found: str = repository.records.publish(actor, draft.id).id
        return found


@contextmanager
def made_bench(folder: Path, url: str, assets: Path, name: str, prepare: Prepare | None = None) -> Iterator[Bench]:
    """A bench on an instance of its own in `folder`, whose database is at `url`."""
    quick = {"time_cost": 1, "memory_kib": 1024, "parallelism": 1}
    changes: dict[str, dict[str, Any]] = {
        "database": {"url": url},
        "site": {"name": "Conformance"},
        "plugin": {"password": quick},
    }
    write_configuration(folder, changes)
    (folder / "var").mkdir(exist_ok=True)
    shutil.copytree(assets, folder / "var" / "assets")
    repository = Repository(Instance.load(folder, environ={}), environ={})
    try:
        yield Bench(repository, name, prepare)
    finally:
        repository.close()
