"""The registry of personal data and the sweep of what is kept no longer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from muniment.plugins.discovery import discover
from muniment.privacy.job import RETENTION_SWEEP, sweep
from muniment.repository import Repository
from muniment.testing.people import Person
from muniment.users.models import AccessToken, OneTimeLink, SessionRow, ThrottleCounter

START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
RULE = re.compile(r"[a-z]+\.[a-z_]+( \+ P\d+[DWMY])?( for [a-z]+)?")


def count(repository: Repository, model: type) -> int:
    with repository.database.read() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


@pytest.mark.hook("privacy_categories")
def test_each_category_is_complete_and_names_its_owner(repository: Repository) -> None:
    categories = repository.privacy.categories
    assert {"user.email", "session.devices", "oauth.tokens", "user.credentials"} <= set(categories)
    plugins = discover().plugins
    for category in categories.values():
        assert category.label, category.id
        assert category.fields, category.id
        assert category.purposes, category.id
        assert category.source, category.id
        assert category.stores, category.id
        assert category.owner in plugins or category.owner == "core", category.id
        for rule in category.retention.until:
            assert RULE.fullmatch(rule), (category.id, rule)


def test_each_builtin_plugin_declares_its_data_or_why_it_has_none(repository: Repository) -> None:
    declaring = {item.plugin for item in repository.hooks.contributions("privacy_categories")}
    for plugin in discover().plugins.values():
        if plugin.manifest.builtin and plugin.manifest.personal_data:
            assert plugin.name in declaring, plugin.name


def test_the_notice_tells_every_category_with_its_retention(repository: Repository) -> None:
    notice = {entry["id"]: entry for entry in repository.privacy.notice()}
    assert set(notice) == set(repository.privacy.categories)
    assert notice["session.devices"]["retention"]["until"] == ["account.deleted", "session.last_activity + P30D"]
    assert notice["oauth.tokens"]["basis"] == "consent"


def test_the_sweep_is_a_job_and_removes_only_what_is_over(repository: Repository, ada: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        repository.sessions.start(ada.subject)
        repository.tokens.create(ada.subject, "month", expires=timedelta(days=30))
        repository.users.one_time_link(ada.subject, "invite")
        with pytest.raises(Exception, match="wrong"):
            repository.users.authenticate(ada.email, "wrong password", "192.0.2.1")
        models = (SessionRow, AccessToken, OneTimeLink, ThrottleCounter)
        assert all(count(repository, model) for model in models)
        assert sweep(repository) == "nothing was due"
        clock.shift(timedelta(days=1, seconds=1))
        sweep(repository)
        assert count(repository, ThrottleCounter) == 0
        clock.move_to(START + timedelta(days=30, seconds=-1))
        sweep(repository)
        assert (count(repository, SessionRow), count(repository, AccessToken)) == (1, 1)
        clock.shift(2)
        result = repository.jobs.run_now(RETENTION_SWEEP.name)
        assert "session.devices: 1" in result
        assert "oauth.tokens: 1" in result
        assert [count(repository, model) for model in models] == [0, 0, 0, 0]
        assert sweep(repository) == "nothing was due"


def test_stored_messages_are_swept_after_thirty_days(
    repository: Repository, ada: Person, run_jobs: Callable[[], int]
) -> None:
    import os

    repository.users.forgot_password(ada.email)
    run_jobs()
    (message,) = repository.mail.mailbox.glob("*.eml")
    os.utime(message, (0, 0))
    assert "mail.stored: 1" in sweep(repository)
    assert not message.exists()


def test_erasing_an_account_takes_everything_about_it_along(repository: Repository, ada: Person) -> None:
    """Records and audit rows name the subject, which stays empty; all else falls with the row of the account."""
    from muniment.users.models import PasswordCredential, Subject, User, UserRole

    repository.users.grant_role(ada.subject, "moderator")
    repository.sessions.start(ada.subject)
    repository.tokens.create(ada.subject, "laptop")
    repository.users.one_time_link(ada.subject, "invite")
    with repository.database.write() as unit:
        unit.session.delete(unit.session.get(User, ada.subject))
    models = (User, SessionRow, AccessToken, OneTimeLink, PasswordCredential, UserRole)
    assert [count(repository, model) for model in models] == [0] * 6
    assert count(repository, Subject) == 1
