"""The built-in plugin `pages`: static pages with their places in menus, and the texts of the site."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from muniment.builtin.pages import menus, settings
from muniment.builtin.pages.arranging import Offered, arranged, offered
from muniment.hooks.meta import implements
from muniment.plugins.context import PluginContext

if TYPE_CHECKING:
    from muniment.builtin.pages.service import Page, PageService
    from muniment.web.blueprints import BlueprintSpec
    from muniment.web.ui.navigation import NavigationItem


class Plugin:
    """Keeps nothing about people. What it shows is read once in each generation, from its tables and its setting."""

    Settings = settings.Settings

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self._own: list[NavigationItem] = []
        self._others: list[NavigationItem] = []

    @cached_property
    def pages(self) -> PageService:
        from muniment.builtin.pages.service import PageService

        return PageService(self.context.repository)

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        from muniment.builtin.pages import menus_views, texts_views, views
        from muniment.web.blueprints import BlueprintSpec

        return [
            BlueprintSpec(views.public, mount="ui"),
            BlueprintSpec(views.control, mount="ui"),
            BlueprintSpec(texts_views.blueprint, mount="ui"),
            BlueprintSpec(menus_views.blueprint, mount="ui"),
        ]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        """Published pages in the menus that they have a place in, the entries of operators, and the way to both."""
        from flask_babel import lazy_gettext

        from muniment.users.roles import ADMINISTRATION
        from muniment.web.ui.navigation import NavigationItem

        written = [
            NavigationItem(page.place, _title(page), order=20 + page.position, href=f"/pages/{page.slug}")
            for page in self.pages.published.values()
            if page.place
        ]
        made = [
            NavigationItem(
                entry["place"], _entry_title(entry["titles"]), order=20 + entry["position"], href=entry["href"]
            )
            for entry in self.context.settings.entries
        ]
        entries = [
            (lazy_gettext("Texts"), "control_texts.texts", 10, "type"),
            (lazy_gettext("Pages"), "control_pages.pages", 20, "book-open"),
            (lazy_gettext("Menus"), "control_menus.menus", 25, "menu"),
        ]
        self._own = [*written, *made]
        return [
            *self._own,
            *(
                NavigationItem("control", title, endpoint, ADMINISTRATION, order, icon=icon, section="site")
                for title, endpoint, order, icon in entries
            ),
        ]

    @implements
    def arrange_nav(self, value: Sequence[NavigationItem]) -> Sequence[NavigationItem]:
        """Operators hide, rename and move what the core and plugins offer; their own entries have places themselves."""
        from muniment.web.ui.language import request_language

        self._others = [item for item in value if item not in self._own]
        return arranged(value, self.context.settings.arrangement, request_language)

    def offered(self) -> list[Offered]:
        """The entries of others in the menus of every page, with what is stored now of their changes."""
        (field,) = (
            item for item in self.context.repository.plugin_settings.form("pages").fields if item.key == "arrangement"
        )
        return offered(self._others, field.value or ())

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


def _entry_title(titles: Mapping[str, str]) -> Callable[[], str]:
    """The title of an operator's entry in the language of the reader."""

    def title() -> str:
        from muniment.web.ui.language import request_language

        return menus.title_in(titles, request_language())

    return title
