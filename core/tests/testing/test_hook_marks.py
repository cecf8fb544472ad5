"""The mark `hook` tells the truth: a test that carries it fails unless an implementation of the hook ran in it."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

TESTS = """
import pytest
from muniment.hooks.caller import Hooks
from muniment.hooks.meta import hook, implements

class Specifications:
    @hook(kind="collect", when="build", errors="isolate", since="0.1")
    def register_things(self):
        "A hook."

    @hook(kind="first", when="build", errors="isolate", since="0.1")
    def find(self):
        "Another one."

class Plugin:
    @implements
    def register_things(self):
        return [1]

    @implements
    def find(self):
        raise ValueError("broken, but reached")

def hooks(*plugins):
    return Hooks([Specifications], plugins)

@pytest.mark.hook("register_things")
def test_reaches_it():
    assert hooks(("a", Plugin())).register_things() == [1]

@pytest.mark.hook("register_things", "find")
def test_reaches_both():
    called = hooks(("a", Plugin()))
    called.register_things()
    called.find()

@pytest.mark.hook("register_things")
def test_calls_it_without_an_implementation():
    assert hooks().register_things() == []

@pytest.mark.hook("register_things")
def test_looks_at_it_only():
    assert "register_things" in hooks(("a", Plugin())).names

@pytest.mark.hook("register_things", "find")
def test_reaches_one_of_two():
    hooks(("a", Plugin())).register_things()

@pytest.mark.hook("find")
def test_comes_after_one_that_reached_it():
    pass

def test_has_no_mark():
    pass
"""


def test_a_mark_without_a_call_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider", "-q")
    result.assert_outcomes(passed=7, errors=4)
    for name, hook in (
        ("test_calls_it_without_an_implementation", "register_things"),
        ("test_looks_at_it_only", "register_things"),
        ("test_reaches_one_of_two", "find"),
        ("test_comes_after_one_that_reached_it", "find"),
    ):
        result.stdout.fnmatch_lines([f"ERROR *::{name} - Failed: no implementation of {hook} ran in this test"])
