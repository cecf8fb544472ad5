"""The plugin: what it offers to the core's hooks."""

from __future__ import annotations

import click

from muniment.api import ExportFormat, PluginContext, implements
from muniment_exports.commands import commands
from muniment_exports.formats import formats


class Plugin:
    """Records in the formats of other software, and citations in many styles."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def register_export_formats(self) -> list[ExportFormat]:
        return formats(self.context.repository)

    @implements
    def register_commands(self) -> list[click.Command]:
        return commands(self.context.repository)
