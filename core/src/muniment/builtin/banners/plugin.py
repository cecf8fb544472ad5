"""The built-in plugin `banners`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from muniment.hooks.meta import implements
from muniment.plugins.context import PluginContext

if TYPE_CHECKING:
    import click

    from muniment.builtin.banners.service import BannerService
    from muniment.web.blueprints import BlueprintSpec
    from muniment.web.ui.navigation import NavigationItem
    from muniment.web.ui.slots import Fragment


class Plugin:
    """Fills one slot, `page.banner`, with what the reader sees at that moment."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def banners(self) -> BannerService:
        from muniment.builtin.banners.service import BannerService

        return BannerService(self.context.repository)

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:  # noqa: ARG002 - the hook's
        if slot != "page.banner":
            return []
        from muniment.builtin.banners.showing import banner_markup
        from muniment.web.current import the_actor
        from muniment.web.ui.slots import Fragment

        return [Fragment(banner_markup(banner), order=10) for banner in self.banners.shown_to(the_actor())]

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        from muniment.builtin.banners.views import blueprint
        from muniment.web.blueprints import BlueprintSpec

        return [BlueprintSpec(blueprint, mount="ui")]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        from flask_babel import lazy_gettext

        from muniment.users.roles import ADMINISTRATION
        from muniment.web.ui.navigation import NavigationItem

        return [
            NavigationItem(
                "control",
                lazy_gettext("Banners"),
                "control_banners.banners",
                ADMINISTRATION,
                order=30,
                icon="megaphone",
                section="site",
            )
        ]

    @implements
    def register_commands(self) -> list[click.Command]:
        from muniment.builtin.banners.commands import COMMANDS

        return list(COMMANDS)

    @implements
    def privacy_none(self) -> str:
        return "What operators announce; who wrote it stands in the audit trail."
