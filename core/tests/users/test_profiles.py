"""Profiles and who may read them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from muniment.access.actor import ANONYMOUS
from muniment.errors import InvalidRequest, NotFound, PermissionDenied, ValidationFailed
from muniment.repository import Repository
from muniment.testing.people import Person
from muniment.users.links import LinkRefused


@pytest.fixture
def moderator(make_user: Callable[..., Person]) -> Person:
    return make_user("mod@example.org", roles=["moderator"])


def publish(repository: Repository, person: Person, **fields: str) -> None:
    repository.users.update_profile(person.actor, person.subject, {"visibility": "public", **fields})


def test_a_restricted_profile_exists_for_its_owner_and_moderators_only(
    repository: Repository, ada: Person, grace: Person, moderator: Person
) -> None:
    for actor in (ANONYMOUS, grace.actor):
        with pytest.raises(NotFound):
            repository.users.public_profile(actor, ada.subject)
    assert repository.users.public_profile(ada.actor, ada.subject)["email"] == ada.email
    assert repository.users.public_profile(moderator.actor, ada.subject)["status"] == "confirmed"


def test_a_public_profile_shows_names_and_nothing_private(repository: Repository, ada: Person, grace: Person) -> None:
    publish(repository, ada, affiliations="Analytical Engines Ltd")
    for actor in (ANONYMOUS, grace.actor):
        document = repository.users.public_profile(actor, ada.subject)
        assert document["profile"] == {"full_name": "Ada Lovelace", "affiliations": "Analytical Engines Ltd"}
        assert not {"email", "preferences", "login_count", "last_login_at", "roles", "domain"} & document.keys()


def test_a_public_address_is_shown_to_people_who_are_signed_in(
    repository: Repository, ada: Person, grace: Person
) -> None:
    publish(repository, ada, email_visibility="public")
    assert "email" not in repository.users.public_profile(ANONYMOUS, ada.subject)
    assert repository.users.public_profile(grace.actor, ada.subject)["email"] == ada.email


def test_a_token_without_the_scope_does_not_read_the_address(repository: Repository, ada: Person) -> None:
    user = repository.users.get(ada.subject)
    narrow = repository.users.actor_for_user(user, via="token", scopes=frozenset({"deposit:write"}))
    wide = repository.users.actor_for_user(user, via="token", scopes=frozenset({"user:email"}))
    assert "email" not in repository.users.public_profile(narrow, ada.subject)
    assert "email" in repository.users.public_profile(wide, ada.subject)


@pytest.mark.parametrize("act", ["block", "deactivate"])
def test_a_closed_account_is_not_found(repository: Repository, ada: Person, grace: Person, act: str) -> None:
    publish(repository, ada)
    getattr(repository.users, act)(ada.subject)
    with pytest.raises(NotFound):
        repository.users.public_profile(grace.actor, ada.subject)
    assert repository.users.search(grace.actor, "Lovelace").hits == []


@pytest.mark.parametrize("words", ["lovelace", "ADA love", "lovelace ádá", "velac"])
def test_people_are_found_by_parts_of_their_public_names(
    repository: Repository, ada: Person, grace: Person, words: str
) -> None:
    publish(repository, ada)
    assert [hit["id"] for hit in repository.users.search(grace.actor, words).hits] == [str(ada.subject)]


def test_people_are_not_found_by_a_private_name_or_address(repository: Repository, ada: Person, grace: Person) -> None:
    assert repository.users.search(grace.actor, "lovelace").hits == []
    publish(repository, ada)
    assert repository.users.search(grace.actor, "ada@example").hits == []
    publish(repository, ada, email_visibility="public")
    assert [hit["id"] for hit in repository.users.search(grace.actor, "ada@example").hits] == [str(ada.subject)]


def test_signs_that_databases_know_are_letters(repository: Repository, ada: Person, grace: Person) -> None:
    """Nothing that people send becomes part of a statement (CVE-2026-42031)."""
    publish(repository, ada)
    for words in ("%", "_", "100%", "' OR 1=1 --", "\x00", "\\"):
        assert repository.users.search(grace.actor, words).hits == [] or words == "\x00"


def test_suggestions_are_ten_at_most(repository: Repository, make_user: Callable[..., Person], grace: Person) -> None:
    for number in range(12):
        publish(repository, make_user(f"x{number}@example.org", full_name=f"Somebody {number}"))
    page = repository.users.search(grace.actor, "somebody", size=500)
    assert (len(page.hits), page.total) == (10, 12)


def test_only_moderators_list_everybody(repository: Repository, ada: Person, moderator: Person) -> None:
    with pytest.raises(PermissionDenied):
        repository.users.search(ada.actor, everybody=True)
    with pytest.raises(PermissionDenied):
        repository.users.search(ANONYMOUS)
    page = repository.users.search(moderator.actor, "example.org", everybody=True, sort="oldest", size=1, page=2)
    assert page.total == 2
    assert [hit["email"] for hit in page.hits] == ["mod@example.org"] or [hit["email"] for hit in page.hits] == [
        ada.email
    ]


@pytest.mark.parametrize(("page", "size"), [(0, 10), (1, 0), (10_000, 10)])
def test_pages_outside_the_window_are_refused(repository: Repository, ada: Person, page: int, size: int) -> None:
    with pytest.raises(InvalidRequest):
        repository.users.search(ada.actor, page=page, size=size)


def test_a_profile_is_changed_by_its_owner_or_a_moderator(
    repository: Repository, ada: Person, grace: Person, moderator: Person
) -> None:
    with pytest.raises(PermissionDenied):
        repository.users.update_profile(grace.actor, ada.subject, {"full_name": "Mallory"})
    before = repository.users.get(ada.subject).revision
    repository.users.update_profile(moderator.actor, ada.subject, {"full_name": "Ada King"})
    after = repository.users.get(ada.subject)
    assert (after.full_name, after.revision) == ("Ada King", before + 1)


def test_user_names_differ_by_more_than_case(repository: Repository, ada: Person, grace: Person) -> None:
    repository.users.update_profile(ada.actor, ada.subject, {"username": "Lovelace"})
    with pytest.raises(ValidationFailed) as caught:
        repository.users.update_profile(grace.actor, grace.subject, {"username": "LOVELACE"})
    assert [problem.field for problem in caught.value.errors] == ["username"]
    repository.users.update_profile(ada.actor, ada.subject, {"username": "lovelace"})
    repository.users.update_profile(ada.actor, ada.subject, {"username": ""})
    repository.users.update_profile(grace.actor, grace.subject, {"username": "LOVELACE"})


def test_an_address_changes_when_the_new_one_is_confirmed_and_the_old_one_is_told(
    repository: Repository, ada: Person, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    repository.users.request_email_change(ada.subject, "New@example.org", ada.password)
    run_jobs()
    (told,) = mailbox.glob("*email-change-requested*")
    (asked,) = mailbox.glob("*-change-email-*")
    assert f"To: {ada.email}" in told.read_text()
    assert "To: New@example.org" in asked.read_text()
    assert repository.users.get(ada.subject).email == ada.email
    address = next(line for line in asked.read_text().splitlines() if line.startswith("http"))
    repository.users.confirm_email_change(parse_qs(urlsplit(address).query)["token"][0])
    assert repository.users.authenticate("new@example.org", ada.password).email == "New@example.org"
    assert repository.users.find(ada.email) is None


def test_an_address_of_somebody_else_cannot_be_taken_and_is_not_betrayed(
    repository: Repository, ada: Person, grace: Person, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    repository.users.request_email_change(ada.subject, grace.email, ada.password)
    run_jobs()
    letters = {file.name.split("Z-")[1].rsplit("-", 1)[0]: file.read_text() for file in mailbox.glob("*")}
    assert set(letters) == {"email-change-requested", "account-exists"}
    assert f"To: {grace.email}" in letters["account-exists"]


def test_an_address_that_was_taken_meanwhile_is_not_changed_to(repository: Repository, ada: Person) -> None:
    repository.users.request_email_change(ada.subject, "new@example.org", ada.password)
    token = parse_qs(urlsplit(repository.users.one_time_link(ada.subject, "change-email")).query)["token"][0]
    repository.users.create("new@example.org")
    with pytest.raises(LinkRefused):
        repository.users.confirm_email_change(token)


def test_links_are_void_once_the_address_has_changed(repository: Repository, ada: Person) -> None:
    token = parse_qs(urlsplit(repository.users.one_time_link(ada.subject, "reset-password")).query)["token"][0]
    repository.users.request_email_change(ada.subject, "new@example.org", ada.password)
    change = parse_qs(urlsplit(repository.users.one_time_link(ada.subject, "change-email")).query)["token"][0]
    repository.users.confirm_email_change(change)
    with pytest.raises(LinkRefused):
        repository.users.reset_password(token, "another long password")


def test_changing_the_address_needs_the_password(repository: Repository, ada: Person) -> None:
    with pytest.raises(ValidationFailed) as caught:
        repository.users.request_email_change(ada.subject, "new@example.org", "wrong password")
    assert [problem.field for problem in caught.value.errors] == ["password"]
    assert repository.users.get(ada.subject).pending_email is None


def test_closing_ones_account_needs_the_password_and_ends_everything(repository: Repository, ada: Person) -> None:
    session, token = repository.sessions.start(ada.subject), repository.tokens.create(ada.subject, "laptop")
    with pytest.raises(ValidationFailed):
        repository.users.deactivate_self(ada.actor, "wrong password")
    repository.users.deactivate_self(ada.actor, ada.password)
    assert repository.sessions.resolve(session) is None
    assert repository.tokens.resolve(token) is None
    with pytest.raises(Exception, match="deactivated"):
        repository.users.authenticate(ada.email, ada.password)


def test_pages_call_people_by_what_is_known_of_them(repository: Repository, make_user: Callable[..., Person]) -> None:
    nameless = make_user("nameless@example.org")
    assert repository.users.display_name(nameless.subject) == "nameless"
    repository.users.update_profile(nameless.actor, nameless.subject, {"username": "nemo"})
    assert repository.users.display_name(nameless.subject) == "nemo"
