"""What is kept about people is given to them, and ends with their account."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, text

from muniment.api import Repository

pytestmark = pytest.mark.plugins("notifications", "probe")


def test_secrets_are_stored_as_hashes_and_addresses_too(plugin: Any, ada: Any, repository: Repository) -> None:
    address = plugin.feeds.make(ada.subject, ada.actor)
    plugin.bounces.pause(ada.subject, ada.email, "SMTP 550")
    with repository.database.read() as session:
        feeds = str(session.execute(text("SELECT * FROM notifications_feeds")).all())
        paused = str(session.execute(text("SELECT * FROM notifications_paused")).all())
    assert address.rpartition("/")[2] not in feeds
    assert ada.email not in paused


def test_erasing_an_account_leaves_nothing(
    plugin: Any, happen: Any, ada: Any, grace: Any, repository: Repository
) -> None:
    happen(ada, grace)
    plugin.feeds.make(ada.subject, ada.actor)
    hook, _secret = plugin.webhooks.make(ada.actor, ada.subject, "https://example.org/hook")
    plugin.webhooks.test(ada.actor, ada.subject, hook.id)
    plugin.choices.change(ada.actor, ada.subject, {"probe.news": {"mail": "never"}})
    plugin.bounces.pause(ada.subject, ada.email, "SMTP 550")
    tables = [table.model for category, table in repository.privacy.owned_tables() if category.owner == "notifications"]

    def of(person: Any) -> dict[str, int]:
        with repository.database.read() as session:
            return {
                model.__tablename__: session.execute(
                    select(func.count()).select_from(model).where(model.subject == person.subject)
                ).scalar_one()
                for model in tables
            }

    assert all(of(ada).values())
    repository.erasure.erase(ada.subject)
    assert not any(of(ada).values())
    assert of(grace)["notifications_notifications"] == 1
