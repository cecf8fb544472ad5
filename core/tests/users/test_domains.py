"""What operators say about domains of e-mail addresses, and what it means for who signs up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.access.actor import SYSTEM
from muniment.errors import NotFound, PermissionDenied, RevisionMismatch, ValidationFailed
from muniment.repository import Repository
from muniment.testing.people import Person
from muniment.users.account_models import User
from muniment.users.links import LinkRefused
from muniment.users.signing_in import SignInRefused

PASSWORD = "three blind mice"


def say(repository: Repository, domain: str, status: str) -> None:
    repository.users.domains.create(SYSTEM, {"domain": domain, "status_name": status})


def signed_up(repository: Repository, email: str) -> User:
    """Somebody who signed up and opened the link."""
    repository.users.register(email, PASSWORD)
    found = repository.users.find(email)
    assert found is not None
    secret = repository.users.one_time_link(found, "confirm-email").partition("token=")[2]
    repository.users.confirm(secret)
    return repository.users.get(found.subject_id)


def test_domains_without_a_word_about_them_are_like_any_other(repository: Repository) -> None:
    user = signed_up(repository, "ada@example.org")
    assert (user.may_act, user.verified_at, user.domain) == (True, None, "example.org")


def test_nobody_signs_up_with_an_address_of_a_blocked_domain(repository: Repository) -> None:
    say(repository, "spam.example", "blocked")
    for email in ("ada@spam.example", "ada@mail.SPAM.example"):
        with pytest.raises(ValidationFailed) as refused:
            repository.users.register(email, PASSWORD)
        assert refused.value.errors[0].field == "email"
        with pytest.raises(ValidationFailed):
            repository.users.check_sign_up(email, {})
        with pytest.raises(ValidationFailed):
            repository.users.register_with_identity("https://id.example", "1", email, {}, SYSTEM)
        assert repository.users.find(email) is None
    repository.users.register("ada@notspam.example", PASSWORD)


def test_nobody_moves_to_an_address_of_a_blocked_domain(repository: Repository, ada: Person) -> None:
    say(repository, "spam.example", "blocked")
    with pytest.raises(ValidationFailed):
        repository.users.request_email_change(ada.subject, "ada@spam.example", ada.password)


def test_nobody_moves_to_an_address_whose_domain_was_blocked_meanwhile(repository: Repository, ada: Person) -> None:
    repository.users.request_email_change(ada.subject, "ada@spam.example", ada.password)
    secret = repository.users.one_time_link(ada.subject, "change-email").partition("token=")[2]
    say(repository, "spam.example", "blocked")
    with pytest.raises(LinkRefused):
        repository.users.confirm_email_change(secret)
    assert repository.users.get(ada.subject).email == ada.email


def test_operators_make_accounts_whatever_the_domain(repository: Repository) -> None:
    say(repository, "spam.example", "blocked")
    made = repository.users.invite("ada@spam.example")
    secret = repository.users.one_time_link(made, "invite").partition("token=")[2]
    repository.users.reset_password(secret, PASSWORD)
    assert repository.users.authenticate("ada@spam.example", PASSWORD).may_act


@pytest.mark.parametrize("purpose", ["reset-password", "confirm-email"])
def test_whom_operators_made_an_account_for_may_ask_for_another_link(repository: Repository, purpose: str) -> None:
    say(repository, "mail.example", "moderated")
    made = repository.users.invite("ada@mail.example")
    secret = repository.users.one_time_link(made, purpose).partition("token=")[2]
    if purpose == "confirm-email":
        repository.users.confirm(secret)
    else:
        repository.users.reset_password(secret, PASSWORD)
    assert repository.users.get(made.subject_id).may_act


def test_who_signed_up_and_forgot_the_password_waits_all_the_same(repository: Repository) -> None:
    say(repository, "mail.example", "moderated")
    repository.users.invite("ada@mail.example")
    repository.users.register("ada@mail.example", PASSWORD)  # and with that it is theirs, as any other
    user = repository.users.find("ada@mail.example")
    assert user is not None
    secret = repository.users.one_time_link(user, "reset-password").partition("token=")[2]
    assert repository.users.reset_password(secret, PASSWORD).waiting


def test_people_of_verified_domains_are_vouched_for(repository: Repository) -> None:
    say(repository, "uni.example", "verified")
    user = signed_up(repository, "ada@physics.uni.example")
    assert user.may_act
    assert user.verified_at is not None


def test_the_nearest_domain_decides(repository: Repository) -> None:
    say(repository, "example", "blocked")
    say(repository, "uni.example", "verified")
    say(repository, "students.uni.example", "new")  # says nothing of its own
    assert signed_up(repository, "ada@students.uni.example").verified_at is not None
    with pytest.raises(ValidationFailed):
        repository.users.register("ada@else.example", PASSWORD)


def test_people_of_moderated_domains_wait_for_approval(
    repository: Repository, administrator: Person, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    say(repository, "mail.example", "moderated")
    user = signed_up(repository, "ada@mail.example")
    assert (user.waiting, user.may_act) == (True, False)
    with pytest.raises(SignInRefused, match="waits for the approval"):
        repository.users.authenticate("ada@mail.example", PASSWORD)
    waiting = repository.users.search(SYSTEM, everybody=True, state="waiting")
    assert [hit["status"] for hit in waiting.hits] == ["waiting"]
    signed_up(repository, "grace@mail.example")
    repository.users.activate(user.subject_id, administrator.actor)
    assert repository.users.authenticate("ada@mail.example", PASSWORD).subject_id == user.subject_id
    run_jobs()
    sent = [file.read_text() for file in sorted(mailbox.glob("*.eml"))]
    wanted = [text for text in sent if "state=3Dwaiting" in text or "state=waiting" in text]
    assert len(wanted) == 1, "moderators are told when the list begins to fill, not for each account"
    assert f"To: {administrator.email}" in wanted[0]
    assert any("To: ada@mail.example" in text and "is ready" in text for text in sent)


def test_approving_lets_in_and_vouches(repository: Repository) -> None:
    say(repository, "mail.example", "moderated")
    user = signed_up(repository, "ada@mail.example")
    approved = repository.users.approve(user.subject_id)
    assert (approved.may_act, approved.waiting) == (True, False)
    assert approved.verified_at is not None


def test_who_is_deactivated_while_waiting_waits_no_more(repository: Repository) -> None:
    say(repository, "mail.example", "moderated")
    user = signed_up(repository, "ada@mail.example")
    repository.users.block(user.subject_id)
    assert repository.users.restore(user.subject_id).waiting
    assert not repository.users.deactivate(user.subject_id).waiting


def letters(mailbox: Path, name: str) -> int:
    return len(list(mailbox.glob(f"*-{name}-*.eml")))


def test_moderators_are_told_anew_once_the_one_who_waited_was_blocked(
    repository: Repository, administrator: Person, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    say(repository, "mail.example", "moderated")
    repository.users.block(signed_up(repository, "spammer@mail.example").subject_id)
    assert repository.users.search(SYSTEM, everybody=True, state="waiting").total == 0
    signed_up(repository, "ada@mail.example")
    run_jobs()
    assert letters(mailbox, "approval-wanted") == 2


def test_who_is_blocked_is_not_told_that_the_account_is_ready(
    repository: Repository, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    say(repository, "mail.example", "moderated")
    user = signed_up(repository, "ada@mail.example")
    repository.users.block(user.subject_id)
    assert not repository.users.activate(user.subject_id).may_act
    run_jobs()
    assert letters(mailbox, "account-approved") == 0


def test_an_identity_elsewhere_makes_an_account_that_waits(repository: Repository) -> None:
    say(repository, "mail.example", "moderated")
    for _ in range(2):
        with pytest.raises(SignInRefused) as refused:
            repository.users.authenticate_identity("https://id.example", "1") or (
                repository.users.register_with_identity("https://id.example", "1", "ada@mail.example", {}, SYSTEM)
            )
        assert refused.value.reason == "waiting"


@pytest.mark.configuration("site", unlisted_domains="blocked")
def test_a_site_takes_listed_domains_only(repository: Repository) -> None:
    say(repository, "uni.example", "verified")
    assert signed_up(repository, "ada@uni.example").may_act
    with pytest.raises(ValidationFailed):
        repository.users.register("ada@else.example", PASSWORD)


@pytest.mark.configuration("site", unlisted_domains="moderated")
def test_a_site_looks_at_everybody_of_other_domains(repository: Repository) -> None:
    assert signed_up(repository, "ada@else.example").waiting


def test_lists_have_what_was_said_and_what_accounts_have(repository: Repository, ada: Person, grace: Person) -> None:
    service = repository.users.domains
    say(repository, "spam.example", "blocked")
    repository.users.block(grace.subject)
    found = service.search(SYSTEM)
    assert [domain.name for domain in found.domains] == ["example.org", "spam.example"]
    assert found.domains[0].accounts | {"verified": 0} == {
        "users": 2, "active": 2, "inactive": 0, "confirmed": 2, "verified": 0, "blocked": 1,
    }  # fmt: skip
    assert [one.name for one in service.search(SYSTEM, status="blocked").domains] == ["spam.example"]
    assert [one.name for one in service.search(SYSTEM, status="new").domains] == ["example.org"]
    assert [one.name for one in service.search(SYSTEM, "spam EXAMPLE").domains] == ["spam.example"]
    for sort in ("num-users", "num-blocked", "newest", "oldest", "updated"):
        assert service.search(SYSTEM, sort=sort).total == 2
    assert service.search(SYSTEM, sort="num-users").domains[0].name == "example.org"
    assert service.search(SYSTEM, flagged=True).total == 0
    assert service.search(SYSTEM, flagged=False).total == 2


def test_what_is_said_is_changed_and_taken_back(repository: Repository, ada: Person) -> None:
    service = repository.users.domains
    changed = service.update(SYSTEM, "example.org", {"status": 3, "category": "university", "flagged": True})
    assert (changed.status, changed.revision, changed.category, changed.flagged) == ("verified", 1, "university", True)
    assert service.update(SYSTEM, "EXAMPLE.org.", {"status_name": "moderated"}, 1).revision == 2
    with pytest.raises(RevisionMismatch):
        service.update(SYSTEM, "example.org", {}, 1)
    with pytest.raises(RevisionMismatch):
        service.delete(SYSTEM, "example.org", 1)
    service.delete(SYSTEM, "example.org", 2)
    assert service.get(SYSTEM, "example.org").status == "new"
    with pytest.raises(NotFound):
        service.delete(SYSTEM, "example.org")
    with pytest.raises(NotFound):
        service.get(SYSTEM, "nobody.example")
    trail = [(entry.action, entry.details["status"]) for entry in repository.audit.entries("domain:example.org")]
    assert sorted(trail) == [
        ("domain.create", "verified"), ("domain.delete", "moderated"), ("domain.update", "moderated"),
    ]  # fmt: skip


def test_domains_are_for_moderators(repository: Repository, ada: Person) -> None:
    service = repository.users.domains
    for call in (
        lambda: service.search(ada.actor),
        lambda: service.get(ada.actor, "example.org"),
        lambda: service.create(ada.actor, {"domain": "a.example"}),
        lambda: service.update(ada.actor, "example.org", {}),
        lambda: service.delete(ada.actor, "example.org"),
    ):
        with pytest.raises(PermissionDenied):
            call()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "domain"),
        ({"domain": 7}, "domain"),
        ({"domain": "a b.example"}, "domain"),
        ({"domain": "1.2.3.4"}, "domain"),
        ({"domain": "x" * 300 + ".example"}, "domain"),
        ({"domain": "a.example", "status_name": "odd"}, "status"),
        ({"domain": "a.example", "status": 9}, "status"),
        ({"domain": "a.example", "status": True}, "status"),
        ({"domain": "a.example", "category": "x" * 81}, "category"),
        ({"domain": "a.example", "flagged": "yes"}, "flagged"),
        ({"domain": "a.example", "org": [{"pid": ""}]}, "org.0.pid"),
        ({"domain": "a.example", "org": "CERN"}, "org"),
    ],
)
def test_what_is_wrong_is_named(repository: Repository, data: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        repository.users.domains.create(SYSTEM, data)
    assert field in [problem.field for problem in refused.value.errors]
    assert repository.users.domains.search(SYSTEM).total == 0


def test_a_domain_is_listed_once_however_it_is_written(repository: Repository) -> None:
    say(repository, "bücher.example", "blocked")
    with pytest.raises(ValidationFailed):
        say(repository, "@XN--BCHER-KVA.example.", "verified")
    with pytest.raises(ValidationFailed):
        repository.users.register("ada@bücher.example", PASSWORD)
