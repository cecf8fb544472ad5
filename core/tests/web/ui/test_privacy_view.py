"""The words of the privacy notice."""

from __future__ import annotations

import pytest
from flask import Flask

from muniment.repository import Repository
from muniment.web.ui.privacy_view import _PURPOSES, _READERS, _SOURCES, category_views, retention


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("account.deleted", "until the account is deleted"),
        ("session.last_activity + P30D", "30 days after the last activity"),
        ("token.created + P1Y", "1 year after the token was made"),
        ("act.at + P13M", "13 months after the act"),
        ("link.expired + P7D for links", "links: 7 days after the end of the link"),
        ("thesis.defended + P2W", "2 weeks after: thesis defended"),
        ("thesis.defended", "until: thesis defended"),
        ("whatever", "whatever"),
    ],
)
def test_a_rule_is_told_in_words(app: Flask, rule: str, words: str) -> None:
    with app.test_request_context("/"):
        assert retention(rule) == words


def test_every_code_of_the_core_has_words(repository: Repository) -> None:
    for category in repository.privacy.categories.values():
        assert set(category.purposes) <= set(_PURPOSES), category.id
        assert set(category.source) <= set(_SOURCES), category.id
        assert set(category.access) <= set(_READERS), category.id


def test_every_rule_of_the_core_has_words(app: Flask, repository: Repository) -> None:
    with app.test_request_context("/"):
        for view in category_views(repository.privacy.categories.values()):
            assert view.kept, view.id
            assert view.at_the_end, view.id
            assert not [rule for rule in view.kept if ": " in rule and not rule.startswith("links")], view.id
