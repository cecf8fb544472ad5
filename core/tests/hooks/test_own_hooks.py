"""Plugins declare hooks of their own, which other plugins implement: both made up for these tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.access.actor import SYSTEM
from muniment.errors import Conflict
from muniment.hooks.caller import Hooks, PluginFailure
from muniment.hooks.meta import hook, implements
from muniment.hooks.specifications import SPECIFICATIONS
from muniment.repository import Repository
from muniment.testing.fakes import FakePlugins


class ReviewHooks:
    """What plugins add to reviews."""

    @hook(kind="collect", when="request", errors="raise", since="1.0")
    def reviews_steps(self, record: str) -> list[str]:
        """Say which steps the review of a record has, outside any transaction. An exception ends the review.

        :param record: the number of the record.
        :returns: titles of steps, in order.
        """


class Reviews:
    """A plugin with a hook of its own, which it calls when somebody asks."""

    Hooks = ReviewHooks

    def __init__(self, context: Any) -> None:
        self.context = context

    def steps(self, record: str) -> list[str]:
        found: list[str] = self.context.hooks.reviews_steps(record=record)
        return found


class Ethics:
    """A plugin that adds a step, whether reviews are there or not."""

    def __init__(self, context: Any) -> None:
        self.context = context

    @implements(optional=True)
    def reviews_steps(self, record: str) -> list[str]:
        return [f"Ethics of {record}"]


@pytest.fixture
def switched(repository: Repository, fake_plugin: FakePlugins) -> Callable[..., Repository]:
    """The repository with these plugins on."""
    fake_plugin("reviews", plugin_class=Reviews)
    fake_plugin("ethics", {"uses": ["reviews"]}, plugin_class=Ethics)

    def switch(*names: str) -> Repository:
        for name in names:
            repository.plugins.enable(name, SYSTEM)
        return repository.successor()

    return switch


def reviews_of(repository: Repository) -> Any:
    return next(loaded.plugin for loaded in repository.generation.plugins if loaded.name == "reviews")


def test_a_plugin_calls_its_hook_and_others_answer(switched: Callable[..., Repository]) -> None:
    repository = switched("reviews", "ethics")
    assert reviews_of(repository).steps("7") == ["Ethics of 7"]
    assert repository.hooks.implementers("reviews_steps") == ["ethics"]
    assert repository.hooks.owners == {"reviews_steps": "reviews"}


def test_nobody_answers_a_hook_that_nobody_implements(switched: Callable[..., Repository]) -> None:
    assert reviews_of(switched("reviews")).steps("7") == []


def test_a_plugin_for_anothers_hook_works_without_that_one(switched: Callable[..., Repository]) -> None:
    repository = switched("ethics")
    assert "ethics" in repository.generation.names
    assert "reviews_steps" not in repository.hooks.names


def test_switching_the_owner_off_leaves_the_others_on(
    switched: Callable[..., Repository], repository: Repository
) -> None:
    switched("reviews", "ethics")
    repository.plugins.disable("reviews", SYSTEM)
    assert {"ethics"} <= set(repository.successor().generation.names)


def test_a_mistyped_hook_of_a_plugin_that_is_there_is_refused(
    switched: Callable[..., Repository], fake_plugin: FakePlugins, repository: Repository
) -> None:
    switched("reviews")

    class Typo(Ethics):
        @implements(optional=True)
        def reviews_step(self, record: str) -> list[str]:
            return []

    fake_plugin("typo", plugin_class=Typo)
    with pytest.raises(Conflict, match=r"no hook named 'reviews_step'; did you mean 'reviews_steps'"):
        repository.plugins.enable("typo", SYSTEM)


def test_an_unknown_hook_must_say_that_it_is_optional(fake_plugin: FakePlugins, repository: Repository) -> None:
    fake_plugin("probe", reviews_steps=lambda record: [])
    with pytest.raises(Conflict, match="no hook named 'reviews_steps'"):
        repository.plugins.enable("probe", SYSTEM)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"other_steps": ReviewHooks.reviews_steps}, "'other_steps' must begin with 'reviews_'"),
        ({"register_jobs": ReviewHooks.reviews_steps}, "must begin with 'reviews_'"),
        ({}, "declares none"),
    ],
)
def test_a_declaration_with_a_mistake_names_the_plugin(members: dict[str, Any], words: str) -> None:
    plugin = type("Plugin", (), {"Hooks": type("Hooks", (), members)})()
    with pytest.raises(PluginFailure, match=words) as caught:
        Hooks(SPECIFICATIONS, [("reviews", plugin)])
    assert caught.value.plugin == "reviews"
