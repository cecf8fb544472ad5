"""The built-in plugin `external-resources`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from muniment.hooks.meta import implements
from muniment.plugins.context import PluginContext

if TYPE_CHECKING:
    from muniment.web.ui.slots import Fragment


class Plugin:
    """Fills one slot, `record.sidebar`, from what the description of the record says."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        if slot != "record.sidebar":
            return []
        from muniment.builtin.external_resources.showing import box
        from muniment.web.ui.slots import Fragment

        shown = box(context["record"].data)
        return [Fragment(shown, 50)] if shown else []
