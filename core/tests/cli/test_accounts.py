"""`muniment users` and `muniment tokens`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from click.testing import Result

from muniment.errors import AuthenticationFailed
from muniment.repository import Repository

PASSWORD = "a very long sentence as password"
Command = Callable[..., Result]


def test_an_account_with_a_password_from_standard_input_can_sign_in(command: Command, repository: Repository) -> None:
    arguments = ("users", "create", "marie@example.org", "--password-stdin", "--confirmed", "--role", "administrator")
    result = command(*arguments, "--name", "Marie", text=f"{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    user = repository.users.authenticate("marie@example.org", PASSWORD)
    assert user.full_name == "Marie"
    assert [role.name for role in user.roles] == ["administrator"]


def test_an_account_without_a_password_gets_a_link_that_works_once(command: Command, repository: Repository) -> None:
    result = command("users", "create", "marie@example.org")
    link = result.output.splitlines()[-1]
    assert link.startswith("http://localhost:5000/set-password?token=")
    secret = link.partition("=")[2]
    repository.users.reset_password(secret, PASSWORD)
    assert repository.users.authenticate("marie@example.org", PASSWORD)
    with pytest.raises(Exception, match="used already"):
        repository.users.reset_password(secret, PASSWORD)


@pytest.mark.parametrize(
    ("arguments", "text", "message"),
    [
        (("marie@",), "", "email"),
        (("marie@example.org", "--password-stdin"), "short\n", "password"),
        (("marie@example.org", "--role", "queen"), "", "queen"),
    ],
)
def test_what_is_wrong_with_an_account_is_named(
    command: Command, arguments: tuple[str, ...], text: str, message: str
) -> None:
    result = command("users", "create", *arguments, text=text)
    assert result.exit_code == 1
    assert message in result.output
    assert command("users", "list", "--json").output.strip() == "[]"


def test_an_address_has_one_account(command: Command) -> None:
    assert command("users", "create", "marie@example.org").exit_code == 0
    result = command("users", "create", "Marie@Example.org")
    assert result.exit_code == 1
    assert "already" in result.output


def test_an_invitation_is_mailed(command: Command, mailbox: Path) -> None:
    result = command("users", "invite", "marie@example.org")
    assert result.exit_code == 0, result.output
    messages = list(mailbox.glob("*.eml"))
    assert len(messages) == 1
    assert "marie@example.org" in messages[0].read_text()


def test_blocking_and_roles(command: Command, repository: Repository) -> None:
    command("users", "create", "marie@example.org", "--password-stdin", "--confirmed", text=f"{PASSWORD}\n")
    assert command("users", "roles", "create", "curator", "--title", "Curator").exit_code == 0
    assert command("users", "roles", "grant", "marie@example.org", "curator").exit_code == 0
    roles = orjson.loads(command("users", "roles", "list", "--json").stdout)
    assert {role["name"] for role in roles} == {"administrator", "moderator", "curator"}
    listed = orjson.loads(command("users", "list", "--json").stdout)
    assert listed[0]["email"] == "marie@example.org"
    assert command("users", "roles", "revoke", "marie@example.org", "curator").exit_code == 0
    assert command("users", "block", "marie@example.org").exit_code == 0
    assert "blocked" in command("users", "list").output
    with pytest.raises(AuthenticationFailed):
        repository.users.authenticate("marie@example.org", PASSWORD)
    assert command("users", "unblock", "marie@example.org").exit_code == 0
    assert repository.users.authenticate("marie@example.org", PASSWORD)


def test_an_unknown_address_is_named(command: Command) -> None:
    for arguments in (("users", "block"), ("users", "link"), ("tokens", "list")):
        result = command(*arguments, "nobody@example.org")
        assert result.exit_code == 1
        assert "nobody@example.org" in result.output


def test_a_token_is_printed_alone_and_works_until_it_is_revoked(command: Command, repository: Repository) -> None:
    command("users", "create", "marie@example.org", "--confirmed")
    result = command("tokens", "create", "marie@example.org", "notebook")
    token = result.stdout.removesuffix("\n")
    assert result.exit_code == 0
    assert "\n" not in token
    actor = repository.tokens.resolve(token)
    assert actor is not None
    assert actor.subject == 1
    (row,) = orjson.loads(command("tokens", "list", "marie@example.org", "--json").stdout)
    assert row["name"] == "notebook"
    assert token not in command("tokens", "list", "marie@example.org").output
    assert command("tokens", "revoke", "marie@example.org", str(row["id"])).exit_code == 0
    assert repository.tokens.resolve(token) is None


def test_a_token_can_be_limited(command: Command, repository: Repository) -> None:
    command("users", "create", "marie@example.org", "--confirmed")
    result = command("tokens", "create", "marie@example.org", "reader", "--scope", "user:email", "--days", "1")
    actor = repository.tokens.resolve(result.stdout.strip())
    assert actor is not None
    assert actor.scopes == {"user:email"}
    result = command("tokens", "create", "marie@example.org", "reader", "--scope", "everything")
    assert result.exit_code == 1
    assert "everything" in result.output


def test_what_is_stored_about_somebody_is_written_to_a_file(command: Command, tmp_path: Path) -> None:
    import zipfile

    command("users", "create", "marie@example.org", "--name", "Marie")
    file = tmp_path / "marie.zip"
    result = command("users", "export", "marie@example.org", str(file))
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(file) as archive:
        assert b"marie@example.org" in archive.read("data/user.email.json")
    assert file.stat().st_mode & 0o077 == 0
    again = command("users", "export", "marie@example.org", str(file))
    assert again.exit_code != 0, "an existing file is not written over"


def test_an_account_is_deleted_with_a_farewell(command: Command, repository: Repository) -> None:
    command("users", "create", "marie@example.org", "--confirmed")
    command("users", "create", "pierre@example.org", "--confirmed")
    refused = command("users", "erase", "marie@example.org", text="n\n")
    assert refused.exit_code == 1
    assert repository.users.find("marie@example.org")
    result = command("users", "erase", "marie@example.org", "--heir", "pierre@example.org", "--yes")
    assert result.exit_code == 0, result.output
    assert "0 drafts go, 0 published records stay" in result.output
    assert repository.users.find("marie@example.org") is None
    assert len(list(repository.mail.mailbox.glob("*account-erased*"))) == 1


def test_domains_are_listed_said_something_about_and_taken_off(command: Command) -> None:
    command("users", "create", "marie@example.org")
    result = command("domains", "set", "spam.example", "mail.example", "blocked", "--category", "spam")
    assert result.exit_code == 0, result.output
    assert command("domains", "set", "spam.example", "moderated").exit_code == 0
    rows = orjson.loads(command("domains", "list", "--json").stdout)
    assert [tuple(row.values()) for row in rows] == [
        ("example.org", "new", "", 1),
        ("mail.example", "blocked", "spam", 0),
        ("spam.example", "moderated", "spam", 0),
    ]
    assert "mail.example" not in command("domains", "list", "--status", "moderated").output
    assert command("domains", "remove", "spam.example").exit_code == 0
    assert command("domains", "remove", "spam.example").exit_code == 1
    assert command("domains", "set", "not one", "blocked").exit_code == 1
    assert command("domains", "set", "a.example", "odd").exit_code == 2
