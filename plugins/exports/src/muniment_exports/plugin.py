"""The plugin: what it offers to the core's hooks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from muniment.api import ExportFormat, Fragment, PluginContext, Representation, implements
from muniment_exports.commands import commands
from muniment_exports.formats import formats

if TYPE_CHECKING:
    from muniment_exports.citing import Citing


class Plugin:
    """Records in the formats of other software, and citations in many styles."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def citing(self) -> Citing:
        from muniment_exports.citing import Citing

        return Citing(self.context.repository)

    @implements
    def register_export_formats(self) -> list[ExportFormat]:
        return formats(self.context.repository)

    @implements
    def register_representations(self) -> list[Representation]:
        return [self.citing.representation()]

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        return [Fragment(self.citing.picker(context["record"]))] if slot == "record.citation" else []

    @implements
    def register_commands(self) -> list[click.Command]:
        return commands(self.context.repository)
