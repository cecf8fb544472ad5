"""The built-in plugin `accounts`: handlers, jobs and privacy categories of the core's own tables about people."""

from __future__ import annotations

from muniment.builtin.accounts.categories import CATEGORIES
from muniment.hooks.meta import implements
from muniment.jobs.declarations import EventHandler, Job
from muniment.plugins.context import PluginContext
from muniment.privacy.job import RETENTION_SWEEP
from muniment.privacy.registry import Category, Files, Retention
from muniment.users.letters import LETTERS


class Plugin:
    """Essential: without it nobody could sign in, and nothing about people would end."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [LETTERS]

    @implements
    def register_jobs(self) -> list[Job]:
        return [RETENTION_SWEEP]

    @implements
    def privacy_categories(self) -> list[Category]:
        return [*CATEGORIES, self._mailbox()]

    def _mailbox(self) -> Category:
        from muniment.mail.retention import sweep_stored_messages

        return Category(
            id="mail.stored",
            label="Stored messages",
            fields=("address", "text of the message with its one-time link"),
            purposes=("communicate",),
            basis="legitimate_interest",
            source=("automatic",),
            owner="accounts",
            stores=(Files("mail"),),
            retention=Retention(
                until=("message.written + P30D",),
                sweep=lambda unit: sweep_stored_messages(self.context.repository, unit.now),
            ),
            erase="keep:without a mail server the operator hands messages over; they go after thirty days",
        )
