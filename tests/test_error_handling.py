"""Errors are caught by what they are; everything is caught only where something must go on whatever happens."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*(ROOT / "core" / "src").rglob("*.py"), *ROOT.glob("plugins/*/src/**/*.py")])
#: Where everything may be caught, and what would happen otherwise.
ALLOWED = {
    "core/src/muniment/hooks/caller.py": "a plugin that fails would stop what it only adds to",
    "core/src/muniment/db/migrate.py": "a migration of a plugin would fail without its name",
    "core/src/muniment/jobs/deliveries.py": "an event that nobody can handle would stop all others",
    "core/src/muniment/jobs/scheduler.py": "a job that fails would stop the worker",
    "core/src/muniment/jobs/threads.py": "the thread that writes the index would end unnoticed",
    "core/src/muniment/cli/child.py": "a child process would go on where its parent is",
    "core/src/muniment/cli/preloading.py": "a plugin that cannot be imported would keep the site from starting",
    "core/src/muniment/cli/main.py": "a person would see a trace",
    "core/src/muniment/web/wsgi.py": "a request would stay without an answer",
}


def blind(file: Path) -> list[int]:
    """The lines of a file that catch everything without raising it again."""
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            names = ["BaseException"] if node.type is None else [ast.unparse(item) for item in ast.walk(node.type)]
            last = node.body[-1]
            again = isinstance(last, ast.Raise) and last.exc is None
            if not again and {"Exception", "BaseException"} & set(names):
                found.append(node.lineno)
    return found


def test_only_a_few_places_catch_everything() -> None:
    sources = {str(file.relative_to(ROOT)): file for file in SOURCES}
    assert [f"{name}:{line}" for name, file in sources.items() if name not in ALLOWED for line in blind(file)] == []


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_no_place_is_allowed_for_nothing(name: str) -> None:
    assert blind(ROOT / name)


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("try:\n    f()\nexcept Exception:\n    pass", [3]),
        ("try:\n    f()\nexcept:\n    pass", [3]),
        ("try:\n    f()\nexcept (ValueError, BaseException) as error:\n    log(error)", [3]),
        ("try:\n    f()\nexcept Exception:\n    undo()\n    raise", []),
        ("try:\n    f()\nexcept ValueError:\n    pass", []),
    ],
)
def test_the_check_finds_what_it_is_for(tmp_path: Path, code: str, lines: list[int]) -> None:
    file = tmp_path / "code.py"
    file.write_text(code, encoding="utf-8")
    assert blind(file) == lines
