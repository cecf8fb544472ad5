"""The built-in plugin `pages`: static pages with their places in menus, and the texts of the site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from muniment.hooks.meta import implements
from muniment.plugins.context import PluginContext

if TYPE_CHECKING:
    from muniment.builtin.pages.service import Page, PageService
    from muniment.web.blueprints import BlueprintSpec
    from muniment.web.ui.navigation import NavigationItem


class Plugin:
    """Keeps nothing about people; what it shows follows from its tables, read once in each generation."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def pages(self) -> PageService:
        from muniment.builtin.pages.service import PageService

        return PageService(self.context.repository)

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        from muniment.builtin.pages import texts_views, views
        from muniment.web.blueprints import BlueprintSpec

        return [
            BlueprintSpec(views.public, mount="ui"),
            BlueprintSpec(views.control, mount="ui"),
            BlueprintSpec(texts_views.blueprint, mount="ui"),
        ]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        """Published pages in the menus that they have a place in, and the way to write them."""
        from flask_babel import lazy_gettext

        from muniment.users.roles import ADMINISTRATION
        from muniment.web.ui.navigation import NavigationItem

        written = [
            NavigationItem(page.place, _title(page), order=20 + page.position, href=f"/pages/{page.slug}")
            for page in self.pages.published.values()
            if page.place
        ]
        entries = [
            (lazy_gettext("Texts"), "control_texts.texts", 10, "type"),
            (lazy_gettext("Pages"), "control_pages.pages", 20, "book-open"),
        ]
        return [
            *written,
            *(
                NavigationItem("control", title, endpoint, ADMINISTRATION, order, icon=icon, section="site")
                for title, endpoint, order, icon in entries
            ),
        ]

    @implements
    def register_site_texts(self) -> Mapping[str, str]:
        return self.pages.texts

    @implements
    def privacy_none(self) -> str:
        return "What operators write for everybody; who changed it stands in the audit trail."


def _title(page: Page) -> Callable[[], str]:
    """The title of a page in the language of the reader."""

    def title() -> str:
        from muniment.web.ui.language import request_language

        return page.title_for(request_language())

    return title
