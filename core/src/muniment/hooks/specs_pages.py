"""Hooks of pages: fragments in declared slots, and entries in menus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from muniment.hooks.meta import hook

if TYPE_CHECKING:
    from muniment.web.ui.navigation import NavigationItem
    from muniment.web.ui.slots import Fragment


class PageHooks:
    """What plugins add to pages without overriding a template."""

    @hook(kind="collect", when="request", errors="isolate", since="0.1")
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        """Fill a slot of a page, named in ``slots.toml`` together with what its context holds.

        Called while the page is rendered, outside any transaction. Text is escaped unless it is `Markup`. When it
        raises, visitors see nothing of it and administrators see which plugin failed.

        :param slot: the name of the slot, for instance ``record.sidebar``.
        :param context: the values that the slot documents.
        :returns: fragments for this slot, sorted by their `order`; nothing for slots that the plugin leaves alone.
        """

    @hook(kind="collect", when="request", errors="isolate", since="0.1")
    def find_entries(self, path: str, text: str, chosen: str) -> list[Mapping[str, Any]]:
        """Find what a depositor looks for with a button ``find:<path>`` that a plugin put into the deposit form.

        Called outside any transaction, before the form is saved; the entries are added to the list at `path` and the
        form comes back. Where nothing is certain the answer is empty: the slot that holds the button can then show
        what there is to choose from, since it is rendered in the same request. When it raises, nothing is added.

        :param path: the list of the form, for instance ``metadata.funding``.
        :param text: what was typed into the control ``find.<path>``.
        :param chosen: what ``find.<path>.id`` holds, the id of a suggestion; empty without one.
        :returns: entries as the record's JSON has them; nothing for lists that the plugin leaves alone.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_nav(self) -> list[NavigationItem]:
        """Add entries to the menus of pages; who lacks an entry's permission does not see it.

        :returns: items with area, title, endpoint, permission and order.
        """

    @hook(kind="filter", when="build", errors="quarantine", since="0.1")
    def arrange_nav(self, value: Sequence[NavigationItem]) -> Sequence[NavigationItem]:
        """Change the menus as a whole, the core's own entries included: leave some out, name or place them differently.

        Called once while the application is built, outside any transaction, with the entries of the core and of all
        plugins.

        :param value: the entries of all menus, as the plugins before have left them.
        :returns: the entries that there are to be; a plugin that returns None changes nothing.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_site_texts(self) -> list[Mapping[str, str]]:
        """Say the texts with which the site presents itself, in place of `[theme.texts]` of `instance.toml`.

        A plugin that keeps them in tables has a new generation begin when they change, by
        `repository.plugins.renew(unit)`.

        :returns: texts by the names of `[theme.texts]`, each also per language: ``{"headline.de": "…"}``. Of several
            plugins that give one text the last in order wins.
        """
