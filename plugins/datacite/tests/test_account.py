"""Trying out the account at DataCite, against a server that answers as its API does."""

from __future__ import annotations

import base64
from types import SimpleNamespace

import pytest

from muniment.testing.partners import Answered, Asked, played
from muniment_datacite.account import check_account

pytestmark = pytest.mark.plugins("datacite")


@pytest.fixture
def server():
    """Knows the account ABCD.REPO with the password `right` and the prefix 10.1234."""
    asked = []

    def answer(request: Asked) -> Answered:
        asked.append(request.path)
        name, _, password = base64.b64decode(request.headers["Authorization"].split()[1]).decode().partition(":")
        if name == "BROKEN":
            return Answered(503, {})
        if password != "right":
            return Answered(401, {"errors": [{"status": "401", "title": "Bad credentials."}]})
        if name != "ABCD.REPO":
            return Answered(404, {"errors": [{"status": "404", "title": "Not found."}]})
        return Answered(
            200, {"data": {"id": "abcd.repo", "relationships": {"prefixes": {"data": [{"id": "10.1234"}]}}}}
        )

    with played(answer) as url:
        yield SimpleNamespace(url=url, asked=asked)


def settings(server, **changes):
    given = {
        "test_mode": False,
        "api_url": server.url,
        "username": "ABCD.REPO",
        "password": "right",
        "prefix": "10.1234",
        "further_prefixes": [],
    }
    return SimpleNamespace(**{**given, **changes})


def test_an_account_that_works(server) -> None:
    assert check_account(settings(server)) == []
    assert server.asked == ["/repositories/abcd.repo"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"password": "wrong"}, "password", "does not take this account with this password"),
        ({"username": "NOBODY"}, "username", "knows no repository account 'NOBODY'"),
        ({"prefix": "10.9999"}, "prefix", "gave this account 10.1234, not 10.9999"),
        ({"further_prefixes": ["10.1234", "10.8888"]}, "further_prefixes", "gave this account 10.1234, not 10.8888"),
        ({"username": "BROKEN"}, "api_url", "answered with status 503; try again later"),
        ({"api_url": "http://127.0.0.1:9"}, "api_url", "DataCite cannot be reached"),
    ],
)
def test_what_does_not_work_is_told_at_its_field(server, changes, field: str, words: str) -> None:
    (problem,) = check_account(settings(server, **changes))
    assert problem.field == field
    assert words in problem.message


def test_test_mode_talks_to_nobody(server) -> None:
    assert check_account(settings(server, test_mode=True)) == []
    assert server.asked == []


@pytest.mark.hook("check_settings")
def test_an_operator_tries_it_out(repository, server) -> None:
    service = repository.plugin_settings
    assert service.check("datacite") == []
    typed = {
        "test_mode": False, "api_url": server.url, "username": "ABCD.REPO", "password": "wrong", "prefix": "10.1234",
    }  # fmt: skip
    assert [problem.field for problem in service.check("datacite", typed)] == ["datacite.password"]
    assert service.check("datacite", {**typed, "password": "right"}) == []
    assert repository.successor().settings("datacite").test_mode
