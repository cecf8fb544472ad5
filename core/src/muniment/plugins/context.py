"""What a plugin is handed when a generation starts: its name, its settings and the repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muniment.plugins.manifest import Manifest
    from muniment.repository import Repository


@dataclass(frozen=True)
class PluginContext:
    """The surroundings of one plugin in one generation.

    In a plugin's constructor only `name`, `manifest`, `settings` and `repository.instance` may be used: services
    are there from the first hook call on.
    """

    name: str
    manifest: Manifest
    repository: Repository

    @property
    def settings(self) -> Any:
        """The plugin's validated settings as an object with one attribute for each key."""
        return self.repository.settings(self.name)

    @property
    def hooks(self) -> Any:
        """The hooks that this plugin declares in its class `Hooks`, called like
        ``context.hooks.reviews_register_steps()``; there from the first hook call on."""
        return self.repository.hooks
