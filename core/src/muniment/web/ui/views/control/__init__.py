"""The control panel: what operators and moderators see and do."""

from __future__ import annotations

from muniment.web.ui.views.control import (
    audit,
    domains,
    drafts,
    hooks,
    index,
    jobs,
    outbox,
    overview,
    plugin_purge,
    plugin_settings,
    plugins,
    records,
    roles,
    settings,
    system,
    users,
    vocabularies,
)

BLUEPRINTS = [
    *overview.BLUEPRINTS,
    *users.BLUEPRINTS,
    *roles.BLUEPRINTS,
    *domains.BLUEPRINTS,
    *records.BLUEPRINTS,
    *drafts.BLUEPRINTS,
    *vocabularies.BLUEPRINTS,
    *jobs.BLUEPRINTS,
    *outbox.BLUEPRINTS,
    *index.BLUEPRINTS,
    *audit.BLUEPRINTS,
    *settings.BLUEPRINTS,
    *plugins.BLUEPRINTS,
    *plugin_purge.BLUEPRINTS,
    *plugin_settings.BLUEPRINTS,
    *hooks.BLUEPRINTS,
    *system.BLUEPRINTS,
]
