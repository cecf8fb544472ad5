"""Finds the texts for people where Babel does not look by itself: manifests of plugins, and what settings are called.

For a `babel.cfg`, beside the templates:

    [extractors]
    with_settings = muniment.testing.extraction:python
    manifest = muniment.testing.extraction:manifest

    [with_settings: **.py]
    [manifest: **/plugin.toml]

`texts_in` finds the same without that file, for tests that say that a catalogue is complete.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

from babel.messages.extract import extract_from_dir, extract_python

#: Functions that translate, with the places of their texts.
KEYWORDS: Final[dict[str, tuple[int, ...] | None]] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "_n": (1, 2),
}
METHODS: Final = [
    ("**.py", "muniment.testing.extraction:python"),
    ("**/plugin.toml", "muniment.testing.extraction:manifest"),
    ("plugin.toml", "muniment.testing.extraction:manifest"),
    *((f"{above}templates/**.{ending}", "jinja2") for above in ("**/", "") for ending in ("html", "txt", "xsl")),
]
OPTIONS: Final = {pattern: {"trimmed": "true"} for pattern, method in METHODS if method == "jinja2"}

#: What a manifest says to people, and what the metadata of a setting does.
_MANIFEST: Final = ("title", "description", "personal_data_reason")
_SETTING: Final = ("label", "help", "unit")

#: Line, function, texts and comments, as Babel's extractors give them.
Found = tuple[Any, ...]


def texts_in(package: Path) -> set[str]:
    """Every text for people in the source of a package; of those that count, the singular."""
    found = extract_from_dir(package, method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _file, _line, message, *_rest in found}


def python(
    file: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """What Babel finds in Python, the titles of jobs, and the labels, helps and units in the `metadata` of settings."""
    yield from extract_python(file, keywords, comment_tags, options)  # type: ignore[arg-type]
    file.seek(0)
    for node in ast.walk(ast.parse(file.read())):
        for expression in _for_people(node):
            if text := _constant(expression):
                yield expression.lineno, None, text, []


def _for_people(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.keyword) and node.arg == "metadata" and isinstance(node.value, ast.Dict):
        pairs = zip(node.value.keys, node.value.values, strict=True)
        yield from (value for key, value in pairs if _constant(key) in _SETTING)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Job":
        yield from node.args[3:4]
        yield from (word.value for word in node.keywords if word.arg == "title")


def _constant(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def manifest(
    file: IO[bytes], _keywords: Collection[str], _comment_tags: Collection[str], **_options: Any
) -> Iterator[Found]:
    """Title, description and what is said about personal data in a `plugin.toml`."""
    document = tomllib.loads(file.read().decode())
    for key in _MANIFEST:
        if document.get(key):
            yield 1, None, document[key], []
