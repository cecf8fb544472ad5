"""Templates are compiled once in a process; a changed one is compiled anew."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import DictLoader, Environment

from muniment.web.app import create_app
from muniment.web.ui.compiled_templates import CompiledTemplates


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of templates as they are compiled."""
    names: list[str] = []
    original = Environment._generate

    def generate(self: Environment, source: Any, name: Any, filename: Any, *rest: Any, **named: Any) -> Any:
        names.append(name)
        return original(self, source, name, filename, *rest, **named)

    monkeypatch.setattr(Environment, "_generate", generate)
    return names


def render(cache: CompiledTemplates, source: str) -> str:
    environment = Environment(loader=DictLoader({"a.html": source}), bytecode_cache=cache, autoescape=True)
    return environment.get_template("a.html").render(x="<")


def test_two_environments_compile_once(compiled: list[str]) -> None:
    cache = CompiledTemplates()
    assert render(cache, "{{ x }}") == render(cache, "{{ x }}") == "&lt;"
    assert compiled == ["a.html"]


def test_a_changed_template_is_compiled_anew(compiled: list[str]) -> None:
    cache = CompiledTemplates()
    assert (render(cache, "{{ x }}"), render(cache, "{{ x }}!")) == ("&lt;", "&lt;!")
    assert len(compiled) == 2


def test_the_oldest_go_first(compiled: list[str]) -> None:
    cache = CompiledTemplates(most=1)
    for source in ("1", "2", "2", "1"):
        assert render(cache, source) == source
    assert len(compiled) == 3


def test_the_next_generation_compiles_nothing_that_this_one_has(repository: Any, compiled: list[str]) -> None:
    create_app(repository).test_client().get("/")
    compiled.clear()
    successor = repository.successor()
    assert create_app(successor).test_client().get("/").status_code == 200
    assert compiled == []
