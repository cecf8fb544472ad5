"""The built-in plugin `accounts`: handlers, jobs and privacy categories of the core's own tables about people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.builtin.accounts.categories import CATEGORIES
from muniment.hooks.meta import implements
from muniment.jobs.declarations import EventHandler, Job
from muniment.plugins.context import PluginContext
from muniment.privacy.exports import EXPORTS
from muniment.privacy.job import RETENTION_SWEEP
from muniment.privacy.ledger import LEDGER
from muniment.privacy.models import DataExport
from muniment.privacy.registry import Category, Files, Retention, Table, _
from muniment.users.letters import LETTERS

if TYPE_CHECKING:
    from muniment.web.blueprints import BlueprintSpec
    from muniment.web.ui.navigation import NavigationItem


class Plugin:
    """Essential: without it nobody could sign in, and nothing about people would end."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        """Imported here, so that workers and commands do not pay for the pages until they build an application."""
        from muniment.web.rest import account as own_account
        from muniment.web.rest import domains, groups, users
        from muniment.web.ui import account

        return [
            *account.BLUEPRINTS,
            *own_account.BLUEPRINTS,
            *users.BLUEPRINTS,
            *groups.BLUEPRINTS,
            *domains.BLUEPRINTS,
        ]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        from flask_babel import lazy_gettext

        from muniment.web.access import AUTHENTICATED
        from muniment.web.ui.navigation import NavigationItem

        return [
            NavigationItem(
                "account",
                lazy_gettext("Settings"),
                "account_settings.profile",
                AUTHENTICATED,
                order=90,
                icon="settings",
            )
        ]

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [LETTERS, EXPORTS, LEDGER]

    @implements
    def register_jobs(self) -> list[Job]:
        return [RETENTION_SWEEP]

    @implements
    def privacy_categories(self) -> list[Category]:
        return [*CATEGORIES, self._mailbox(), self._exports()]

    def _exports(self) -> Category:
        repository = self.context.repository
        return Category(
            id="privacy.exports",
            label=_("Exports of one's data"),
            fields=(
                _("a file with everything that is stored about the person"),
                _("time of the request"),
            ),
            purposes=("answer_requests",),
            basis="legitimate_interest",
            source=("generated_on_request",),
            owner="accounts",
            stores=(Table(DataExport, subject="user_id"), Files("exports")),
            retention=Retention(
                until=("account.deleted", f"export.finished + P{repository.config.privacy.export_days}D"),
                sweep=lambda unit: repository.data_exports.sweep(unit),
            ),
            leave=lambda _repository, departure: repository.data_exports.remove_all(departure.subject),
        )

    def _mailbox(self) -> Category:
        from muniment.mail.retention import sweep_stored_messages

        return Category(
            id="mail.stored",
            label=_("Stored messages"),
            fields=(
                _("address"),
                _("text of the message with its one-time link"),
            ),
            purposes=("communicate",),
            basis="legitimate_interest",
            source=("automatic",),
            owner="accounts",
            stores=(Files("mail"),),
            retention=Retention(
                until=("message.written + P30D",),
                sweep=lambda unit: sweep_stored_messages(self.context.repository, unit.now),
            ),
            erase="keep:" + _("without a mail server the operator hands messages over; they go after thirty days"),
        )
