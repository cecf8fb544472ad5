"""The plugin: what it offers to the core's hooks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from muniment.api import BlueprintSpec, Category, EventHandler, NavigationItem, PluginContext, implements
from muniment_support import privacy, views
from muniment_support.events import SupportMessage
from muniment_support.service import Support
from muniment_support.settings import Settings as SupportSettings


class Plugin:
    """A form by which people write to those who run the repository."""

    Settings = SupportSettings

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.support = Support(context)

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [views.pages(self.support)]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        return [NavigationItem("footer", _("Contact"), "support.form", order=20)]

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [EventHandler("support.mail", (SupportMessage.name,), self.support.mail)]

    @implements
    def privacy_categories(self) -> list[Category]:
        return privacy.categories()
