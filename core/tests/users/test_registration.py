"""How accounts begin."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from muniment.access.actor import SYSTEM
from muniment.errors import Conflict, NotFound, PermissionDenied, TooManyRequests, ValidationFailed
from muniment.repository import Repository
from muniment.testing.people import Person
from muniment.users.links import LinkRefused

PASSWORD = "three blind mice"


def letters(mailbox: Path) -> list[EmailMessage]:
    """The stored messages, oldest first."""
    files = sorted(mailbox.glob("*.eml"))
    found = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
    assert all(isinstance(message, EmailMessage) for message in found)
    return found  # type: ignore[return-value]


def link_in(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    found = re.findall(r"^http\S+token=\S+$", body.get_content(), re.MULTILINE)
    assert len(found) == 1
    return str(found[0])


def token_in(message: EmailMessage) -> str:
    return parse_qs(urlsplit(link_in(message)).query)["token"][0]


def test_signing_up_confirming_and_signing_in(
    repository: Repository, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    repository.users.register("Ada@Example.org", PASSWORD, {"full_name": "Ada Lovelace"}, "192.0.2.1")
    with pytest.raises(Exception, match="Confirm your e-mail address first"):
        repository.users.authenticate("ada@example.org", PASSWORD)
    run_jobs()
    message = letters(mailbox)[-1]
    assert message["To"] == "Ada@Example.org"
    user = repository.users.confirm(token_in(message))
    assert user.confirmed_at is not None
    signed_in = repository.users.authenticate("ADA@example.org", PASSWORD)
    assert (signed_in.subject_id, signed_in.full_name) == (user.subject_id, "Ada Lovelace")


@pytest.mark.configuration("site", url="https://repo.example.org")
def test_links_use_the_configured_address_of_the_site_cve_2019_1020006_cve_2021_30185(
    repository: Repository, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    repository.users.register("ada@example.org", PASSWORD)
    run_jobs()
    assert link_in(letters(mailbox)[0]).startswith("https://repo.example.org/confirm?token=")


def test_signing_up_with_a_known_address_tells_its_owner_only(
    repository: Repository, ada: Person, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    repository.users.register(ada.email.upper(), "another long password", {"full_name": "Mallory"})
    run_jobs()
    (message,) = letters(mailbox)
    assert message["To"] == ada.email
    assert "already has an account" in message.as_string()
    assert repository.users.authenticate(ada.email, ada.password).full_name == "Ada Lovelace"


def test_signing_up_costs_the_same_whether_the_address_is_known(
    repository: Repository, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes time is the hash of the password: without it for known addresses, a clock would tell them."""
    passwords = type(repository.users.passwords)
    computed: list[str] = []
    monkeypatch.setattr(passwords, "hash", lambda _self, password: computed.append(password) or "a hash")
    repository.users.register("new@example.org", "a long password of somebody new", {})
    repository.users.register(ada.email, "a long password of somebody else", {})
    assert len(computed) == 2


def test_whoever_confirms_gets_the_account_as_they_signed_up_for_it(
    repository: Repository, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    """Somebody who signs up with another's address first must not know the password of the confirmed account."""
    repository.users.register("victim@example.org", "password of the attacker", {"full_name": "Mallory"})
    run_jobs()
    first = token_in(letters(mailbox)[-1])
    repository.users.register("victim@example.org", "password of the victim", {"full_name": "Victim"})
    run_jobs()
    with pytest.raises(LinkRefused):
        repository.users.confirm(first)
    user = repository.users.confirm(token_in(letters(mailbox)[-1]))
    assert user.full_name == "Victim"
    assert repository.users.authenticate("victim@example.org", "password of the victim")
    with pytest.raises(Exception, match="wrong"):
        repository.users.authenticate("victim@example.org", "password of the attacker")


def test_extra_fields_at_sign_up_are_ignored_cve_2022_43685(repository: Repository, ada: Person) -> None:
    extra = {
        "id": ada.subject,
        "subject_id": ada.subject,
        "roles": ["administrator"],
        "confirmed_at": "2026-01-01",
        "username": "x",
    }
    repository.users.register("eve@example.org", PASSWORD, extra)
    eve = repository.users.find("eve@example.org")
    assert eve is not None
    assert eve.subject_id != ada.subject
    assert (eve.roles, eve.confirmed_at, eve.username) == ([], None, None)


@pytest.mark.parametrize(
    ("email", "password", "profile", "field"),
    [
        ("nonsense", PASSWORD, {}, "email"),
        (None, PASSWORD, {}, "email"),
        ("ada@example.org", "short", {}, "password"),
        ("ada@example.org", "ada@example.org", {}, "password"),
        ("ada@example.org", ["list"], {}, "password"),
        ("ada@example.org", PASSWORD, {"full_name": "x" * 500}, "full_name"),
        ("ada@example.org", "Test Repository", {}, "password"),
    ],
)
def test_wrong_input_is_named_by_field(
    repository: Repository, email: object, password: object, profile: dict[str, str], field: str
) -> None:
    with pytest.raises(ValidationFailed) as caught:
        repository.users.register(email, password, profile)
    assert [problem.field for problem in caught.value.errors] == [field]


@pytest.mark.configuration("site", registration=False)
def test_a_site_may_take_no_registrations(repository: Repository) -> None:
    with pytest.raises(PermissionDenied):
        repository.users.register("ada@example.org", PASSWORD)


def test_messages_to_one_address_are_limited_for_strangers(repository: Repository, ada: Person) -> None:
    for _ in range(4):
        repository.users.register(ada.email, PASSWORD)
    with pytest.raises(TooManyRequests) as caught:
        repository.users.register(ada.email, PASSWORD)
    assert 0 < int(caught.value.headers["Retry-After"]) <= 3600


def test_a_confirmation_link_is_used_once_and_ends(repository: Repository) -> None:
    user = repository.users.create("ada@example.org")
    with time_machine.travel(0, tick=False) as clock:
        clock.move_to(repository.users.get(user.subject_id).created)
        url = repository.users.one_time_link(user, "confirm-email")
        token = parse_qs(urlsplit(url).query)["token"][0]
        clock.shift(72 * 3600 - 1)
        assert repository.users.check_link(token, "confirm-email").subject_id == user.subject_id
        clock.shift(2)
        with pytest.raises(LinkRefused):
            repository.users.confirm(token)
        again = parse_qs(urlsplit(repository.users.one_time_link(user, "confirm-email")).query)["token"][0]
        repository.users.confirm(again)
        with pytest.raises(LinkRefused, match="used already"):
            repository.users.confirm(again)


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "a" * 10_000])
def test_unknown_links_are_refused(repository: Repository, token: str) -> None:
    with pytest.raises(LinkRefused):
        repository.users.confirm(token)


def test_a_link_is_good_for_its_own_purpose_only(repository: Repository, ada: Person) -> None:
    token = parse_qs(urlsplit(repository.users.one_time_link(ada.subject, "confirm-email")).query)["token"][0]
    with pytest.raises(LinkRefused):
        repository.users.reset_password(token, PASSWORD)
    with pytest.raises(LinkRefused):
        repository.users.confirm_email_change(token)


def test_the_confirmation_can_be_asked_for_again(
    repository: Repository, ada: Person, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    repository.users.register("eve@example.org", PASSWORD)
    repository.users.send_confirmation("eve@example.org")
    repository.users.send_confirmation(ada.email)
    repository.users.send_confirmation("nobody@example.org")
    run_jobs()
    messages = letters(mailbox)
    assert [message["To"] for message in messages] == ["eve@example.org"] * 2
    with pytest.raises(LinkRefused):
        repository.users.confirm(token_in(messages[0]))
    repository.users.confirm(token_in(messages[1]))


def test_commands_make_accounts_with_roles(repository: Repository) -> None:
    user = repository.users.create("ada@example.org", PASSWORD, confirmed=True, roles=("moderator",), full_name="Ada")
    assert [role.name for role in user.roles] == ["moderator"]
    assert repository.users.actor_for_user(user).can("moderation")
    assert not repository.users.actor_for_user(user).can("administration")
    with pytest.raises(Conflict):
        repository.users.create("ADA@example.org")
    with pytest.raises(ValidationFailed):
        repository.users.create("eve@example.org", roles=("emperor",))
    assert repository.users.find("eve@example.org") is None


def test_only_moderators_make_accounts_and_only_administrators_with_roles_cve_2021_41189(
    repository: Repository, ada: Person, make_user: Callable[..., Person]
) -> None:
    moderator = make_user("mod@example.org", roles=["moderator"])
    with pytest.raises(PermissionDenied):
        repository.users.create("x@example.org", actor=ada.actor)
    with pytest.raises(PermissionDenied):
        repository.users.create("x@example.org", roles=("administrator",), actor=moderator.actor)
    assert repository.users.create("x@example.org", actor=moderator.actor).roles == []


def test_somebody_who_is_invited_chooses_a_password(
    repository: Repository, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    repository.users.invite("ada@example.org")
    run_jobs()
    user = repository.users.reset_password(token_in(letters(mailbox)[0]), PASSWORD)
    assert user.confirmed_at is not None
    assert repository.users.authenticate("ada@example.org", PASSWORD).subject_id == user.subject_id


def test_the_first_administrator_gets_a_link_until_there_is_a_password(repository: Repository) -> None:
    first = repository.users.ensure_administrator("admin@example.org")
    second = repository.users.ensure_administrator("admin@example.org")
    assert first is not None
    assert second is not None
    assert second.startswith("http://localhost:5000/set-password?token=")
    with pytest.raises(LinkRefused):
        repository.users.reset_password(parse_qs(urlsplit(first).query)["token"][0], PASSWORD)
    user = repository.users.reset_password(parse_qs(urlsplit(second).query)["token"][0], PASSWORD)
    assert repository.users.actor_for_user(user).is_administrator
    assert repository.users.ensure_administrator("admin@example.org") is None


def test_an_existing_account_becomes_administrator(repository: Repository, ada: Person) -> None:
    assert repository.users.ensure_administrator(ada.email) is None
    assert repository.users.actor_for_user(repository.users.get(ada.subject)).is_administrator


def test_numbers_of_accounts_are_never_used_twice(repository: Repository) -> None:
    from muniment.users.models import User

    user = repository.users.create("ada@example.org", actor=SYSTEM)
    with repository.database.write() as unit:
        unit.session.delete(unit.session.get(User, user.subject_id))
    assert repository.users.create("ada@example.org").subject_id > user.subject_id
    with pytest.raises(NotFound):
        repository.users.get(user.subject_id)
