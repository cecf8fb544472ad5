"""The generated references are those of this source tree, and every hook is described and reached by a test."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from muniment.hooks.reference import documents
from muniment.hooks.specifications import SPECIFICATIONS

ROOT = Path(__file__).parents[1]
HOOKS = [
    (name, function)
    for specification in SPECIFICATIONS
    for name, function in vars(specification).items()
    if hasattr(function, "hook_meta")
]


@pytest.mark.parametrize("path", sorted(documents()))
def test_a_generated_reference_is_current(path: str) -> None:
    file = ROOT / path
    assert file.exists(), f"{path} is missing; run: python -m muniment.hooks.reference"
    assert file.read_text(encoding="utf-8") == documents()[path], "stale; run: python -m muniment.hooks.reference"


@pytest.mark.parametrize(("name", "function"), HOOKS, ids=[name for name, _ in HOOKS])
def test_a_hook_is_described(name: str, function: object) -> None:
    text = inspect.getdoc(function) or ""
    assert len(text) > 80
    for argument in inspect.signature(function).parameters:  # type: ignore[arg-type]
        assert argument == "self" or f":param {argument}:" in text, f"{name} does not describe '{argument}'"


def test_every_hook_is_reached_by_a_test() -> None:
    """A mark alone is not enough: the test kit fails a marked test in which no implementation ran."""
    marked: set[str] = set()
    for folder in (ROOT / "core" / "tests", *sorted((ROOT / "plugins").glob("*/tests")), ROOT / "tests"):
        for file in folder.rglob("test_*.py"):
            text = file.read_text(encoding="utf-8")
            for arguments in re.findall(r"mark\.hook\(([^)]*)\)", text):
                marked.update(re.findall(r'"([a-z_]+)"', arguments))
    missing = sorted({name for name, _ in HOOKS} - marked)
    assert not missing, f"no test is marked hook(…) for: {', '.join(missing)}"
