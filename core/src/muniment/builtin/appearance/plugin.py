"""The built-in plugin `appearance`."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from muniment.builtin.appearance import settings
from muniment.hooks.meta import implements
from muniment.plugins.context import PluginContext

if TYPE_CHECKING:
    from muniment.builtin.appearance.service import AppearanceService
    from muniment.web.blueprints import BlueprintSpec
    from muniment.web.ui.navigation import NavigationItem


class Plugin:
    """Its settings stand before keys of the configuration; its table keeps the logos that were uploaded."""

    Settings = settings.Settings

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def appearance(self) -> AppearanceService:
        from muniment.builtin.appearance.service import AppearanceService

        return AppearanceService(self.context.repository)

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        from muniment.builtin.appearance import views
        from muniment.web.blueprints import BlueprintSpec

        return [BlueprintSpec(views.public, mount="ui"), BlueprintSpec(views.control, mount="ui")]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        from flask_babel import lazy_gettext

        from muniment.users.roles import ADMINISTRATION
        from muniment.web.ui.navigation import NavigationItem

        title = lazy_gettext("Appearance")
        endpoint = "control_appearance.appearance"
        return [NavigationItem("control", title, endpoint, ADMINISTRATION, 5, icon="palette", section="site")]

    @implements
    def privacy_none(self) -> str:
        return "How the site looks; who changed it stands in the audit trail."
