"""Builds a generation: the plugins that are on, loaded in order, and what happens when one of them fails."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import structlog

from muniment.db.revisions import Branch, current_revisions, newest_revision
from muniment.errors import MunimentError
from muniment.hooks.caller import Hooks, PluginFailure, attempt
from muniment.hooks.specifications import SPECIFICATIONS
from muniment.hooks.tracing import TRACE, HookTrace, is_wanted
from muniment.plugins.configuring import configured
from muniment.plugins.context import PluginContext
from muniment.plugins.discovery import look_again
from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.resolution import resolve
from muniment.plugins.settings import effective_settings, schema_of
from muniment.plugins.state import StoredState, active_names, branch_of

if TYPE_CHECKING:
    from muniment.repository import Repository

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class LoadedPlugin:
    """A plugin of a generation: what is installed, its instance and its settings."""

    installed: InstalledPlugin
    plugin: Any
    settings: SimpleNamespace

    @property
    def name(self) -> str:
        return self.installed.name


@dataclass(frozen=True)
class Generation:
    """One immutable set of plugins. `failures` tells for each plugin left out why; `read_only` holds when one of
    them guards sign-in, publishing or access."""

    number: int
    plugins: tuple[LoadedPlugin, ...]
    hooks: Hooks
    failures: Mapping[str, str] = field(default_factory=dict)
    read_only: bool = False

    @property
    def names(self) -> list[str]:
        return [plugin.name for plugin in self.plugins]


def build_generation(
    repository: Repository,
    stored: StoredState,
    prepare: Callable[[Generation], None],
    environ: Mapping[str, str] | None = None,
    left_out: Mapping[str, str] | None = None,
) -> Generation:
    """Load the enabled plugins and let `prepare` call the build hooks.

    A plugin that fails is left out and the rest is built again without it; `left_out` names some that failed before.
    When one that guards something fails, the site is read-only until it is mended or disabled.
    """
    discovery = look_again(repository.instance.plugins)
    names = active_names(stored, discovery, environ)
    failures: dict[str, str] = dict(left_out or {})
    while True:
        repository.config = repository.instance.config
        order, reasons = resolve(names - failures.keys(), discovery.plugins, failures.keys())
        revisions = _revisions(repository, order)  # a database that does not answer is no plugin's failure
        try:
            loaded = [_load_or_blame(plugin, repository, stored, revisions) for plugin in order]
            hooks = Hooks(SPECIFICATIONS, [(plugin.name, plugin.plugin) for plugin in loaded])
            if is_wanted(environ):
                hooks.watchers.append(repository.resources.get(TRACE, HookTrace).record)
            missing = {**reasons, **failures}
            generation = Generation(
                stored.generation,
                tuple(loaded),
                hooks,
                missing,
                _guarded(missing, discovery.plugins, stored),
            )
            prepare(generation)
            return generation
        except PluginFailure as failure:
            plugin = discovery.plugins[failure.plugin]
            if plugin.manifest.essential:
                raise
            log.error("plugin_left_out", plugin=failure.plugin, hook=failure.hook, error=str(failure.cause))
            failures[failure.plugin] = "".join(traceback.format_exception(failure.cause, limit=-8)).strip()


def _revisions(repository: Repository, plugins: Iterable[InstalledPlugin]) -> dict[Branch, str]:
    branches = [branch for plugin in plugins if (branch := branch_of(plugin)) is not None]
    return current_revisions(repository.database, branches)


def _load_or_blame(
    plugin: InstalledPlugin, repository: Repository, stored: StoredState, revisions: Mapping[Branch, str]
) -> LoadedPlugin:
    return attempt(plugin.name, "loading", lambda: _load(plugin, repository, stored, revisions))


def _load(
    plugin: InstalledPlugin, repository: Repository, stored: StoredState, revisions: Mapping[Branch, str]
) -> LoadedPlugin:
    branch = branch_of(plugin)
    if branch is not None and revisions.get(branch) != newest_revision(branch):
        raise MunimentError(
            f"its tables are not up to date; run 'muniment upgrade', or 'muniment plugins upgrade {plugin.name}'"
        )
    plugin_class = plugin.load()
    schema = schema_of(plugin_class)
    settings = effective_settings(
        plugin.name,
        schema,
        repository.config.plugin.get(plugin.name, {}),
        stored.settings.get(plugin.name, {}),
        repository.plugin_settings.box,
    )
    repository.adopt_settings(plugin.name, settings)
    if plugin.manifest.builtin:
        repository.config = configured(repository.config, schema, settings)
    return LoadedPlugin(plugin, _made(plugin_class, PluginContext(plugin.name, plugin.manifest, repository)), settings)


def _made(plugin_class: Any, context: PluginContext) -> Any:
    """The plugin; one without a constructor finds its context as an attribute."""
    if plugin_class.__init__ is not object.__init__:
        return plugin_class(context)
    plugin = plugin_class()
    plugin.context = context
    return plugin


def _guarded(left_out: Mapping[str, str], installed: Mapping[str, InstalledPlugin], stored: StoredState) -> bool:
    """Whether something that restricts is missing. A plugin whose package is gone cannot say: it counts as one."""

    def restricts(name: str) -> bool:
        manifest = installed[name].manifest if name in installed else None
        return (name in stored.enabled and manifest is None) or (
            manifest is not None and manifest.guards and (manifest.builtin or name in stored.enabled)
        )

    return any(map(restricts, left_out))
