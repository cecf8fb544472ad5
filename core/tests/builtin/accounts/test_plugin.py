"""What the built-in identity plugins add to a generation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from flask.testing import FlaskClient

from muniment.errors import InvalidRequest
from muniment.repository import Repository
from muniment.testing.people import Person


@pytest.mark.hook("register_identity_providers")
def test_people_sign_in_with_a_password(repository: Repository) -> None:
    assert [(provider.name, provider.kind) for provider in repository.users.providers] == [("password", "password")]
    assert repository.users.offers_passwords


@pytest.mark.hook("register_jobs")
def test_the_retention_sweep_is_scheduled_every_hour(repository: Repository) -> None:
    job = repository.jobs.jobs["retention-sweep"]
    now = repository.now()
    assert (repository.jobs.next_run(job, now) - now).total_seconds() <= 3600


@pytest.mark.hook("register_event_handlers")
def test_letters_are_sent_by_a_durable_handler(repository: Repository) -> None:
    assert repository.deliveries.handlers["users.letters"].events == ("letter.requested",)


def without_passwords(open_repository: Callable[..., Repository]) -> Repository:
    """The same site in a process that leaves the plugin out."""
    repository = open_repository()
    repository.users.__dict__["providers"] = []
    return repository


def test_a_site_without_passwords_has_no_forms_for_them(
    repository: Repository, ada: Person, open_repository: Callable[..., Repository]
) -> None:
    from muniment.web.app import create_app

    other = without_passwords(open_repository)
    with pytest.raises(InvalidRequest):
        other.users.authenticate(ada.email, ada.password)
    client: FlaskClient = create_app(other).test_client()
    assert client.get("/signup").status_code == 404
    assert client.get("/lost-password").status_code == 404
    page = client.get("/login").get_data(as_text=True)
    assert 'name="password"' not in page
    client.set_cookie("muniment_session", other.sessions.start(ada.subject))
    assert 'name="current_password"' not in client.get("/account/settings/security").get_data(as_text=True)


def test_settings_stand_in_the_account_menu(client: FlaskClient, repository: Repository, ada: Person) -> None:
    client.set_cookie("muniment_session", repository.sessions.start(ada.subject))
    assert 'href="/account/settings/profile"' in client.get("/account/settings/security").get_data(as_text=True)


def test_a_disk_that_is_full_does_not_sign_anybody_out(
    repository: Repository, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from muniment.errors import StorageFull

    secret, token = repository.sessions.start(ada.subject), repository.tokens.create(ada.subject, "laptop")

    def full() -> None:
        raise StorageFull

    monkeypatch.setattr(repository.database, "write", full)
    with time_machine.travel(repository.now(), tick=False) as clock:
        clock.shift(24 * 3600)
        assert repository.sessions.resolve(secret) is not None
        assert repository.tokens.resolve(token) is not None
