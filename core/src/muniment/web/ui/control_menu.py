"""The menu of the control panel, and the way to it."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from muniment.users.roles import ADMINISTRATION, MODERATION
from muniment.web.ui.navigation import NavigationItem

#: Whoever has one of these permissions finds something in the control panel.
OPERATORS: Final = (ADMINISTRATION, MODERATION)


def control_items() -> list[NavigationItem]:
    """The core's own entries; those whose pages do not exist are left out when the menu is shown."""
    return [
        NavigationItem("account", _("Control panel"), "control.start", OPERATORS, order=80, icon="gauge"),
        _entry(_("Overview"), "control.start", ADMINISTRATION, 10, "gauge", ""),
        _entry(_("Users"), "control_users.users", MODERATION, 10, "users", "people"),
        _entry(_("Roles"), "control_roles.roles", ADMINISTRATION, 20, "id-card", "people"),
        _entry(_("Domains"), "control_domains.domains", MODERATION, 30, "globe", "people"),
        _entry(_("Records"), "control_records.records", MODERATION, 10, "file-text", "content"),
        _entry(_("Drafts"), "control_drafts.drafts", MODERATION, 20, "square-pen", "content"),
        _entry(_("Vocabularies"), "control_vocabularies.vocabularies", ADMINISTRATION, 30, "library", "content"),
        _entry(_("Jobs"), "control_jobs.jobs", ADMINISTRATION, 10, "timer", "operation"),
        _entry(_("Outbox"), "control_outbox.outbox", ADMINISTRATION, 20, "send", "operation"),
        _entry(_("Search index"), "control_index.index", ADMINISTRATION, 30, "search", "operation"),
        _entry(_("Audit trail"), "control_audit.audit", ADMINISTRATION, 40, "scroll-text", "operation"),
        _entry(_("Settings"), "control_settings.settings", ADMINISTRATION, 50, "sliders-horizontal", "operation"),
        _entry(_("Plugins"), "control_plugins.plugins", ADMINISTRATION, 60, "puzzle", "operation"),
        _entry(_("Hooks"), "control_hooks.hooks", ADMINISTRATION, 65, "plug", "operation"),
        _entry(_("System"), "control_system.system", ADMINISTRATION, 70, "server", "operation"),
    ]


def _entry(title: str, endpoint: str, permission: str, order: int, icon: str, section: str) -> NavigationItem:
    return NavigationItem("control", title, endpoint, permission, order, icon=icon, section=section)
