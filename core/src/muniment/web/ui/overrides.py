"""Templates of an instance compared with what they replace: a part that was renamed in the core is replaced no more,
and nobody is told by the page itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, TemplateSyntaxError, nodes

from muniment.plugins.discovery import discover
from muniment.settings.instance import Instance
from muniment.web.ui.environment import TEMPLATES
from muniment.web.ui.slots import declared_slots, unknown_slot

_CORE: Final = "core/"
_STATIC: Final = re.compile(r"""static_url\(\s*["']([^"']+)["']""")
_STYLE: Final = re.compile(r"""url\(\s*["']?(?!data:|#|[a-z]+:|//)([^"')?#]+)""")


def override_problems(instance: Instance) -> Iterator[tuple[bool, str]]:
    """What is wrong with templates and styles of the instance: whether it is an error, and a sentence."""
    folder = instance.templates
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.html"))}
    trees: dict[str, nodes.Template] = {}
    for name, path in files.items():
        try:
            trees[name] = _parsed(path)
        except TemplateSyntaxError as error:
            yield True, f"{path}, line {error.lineno}: {error.message}"
        except UnicodeDecodeError:
            yield True, f"{path} is not written in UTF-8"
    named = {template for tree in trees.values() for template in _named(tree)}
    for name, tree in trees.items():
        yield from _compared(name, files[name], tree, named)
        yield from _missing_files(instance, files[name])
    yield from _missing_in_style(instance)


def _compared(name: str, path: Path, tree: nodes.Template, named: set[str]) -> Iterator[tuple[bool, str]]:
    for slot in sorted(_slots(tree) - declared_slots().keys()):
        yield True, f"{path}: {unknown_slot(slot).replace('plugin.toml lists', 'it asks for')}"
    base = _base(tree)
    original = _original(name)
    if original is None and name not in named:
        yield False, f"{path} replaces nothing: neither the core nor a plugin has a template of that name"
    if base is not None and (extended := _original(base.removeprefix(_CORE))) is not None:
        blocks = {block.name for block in _whole(extended)}
        for block in tree.find_all(nodes.Block):
            if block.name not in blocks and not _is_inside(block, tree):
                yield False, f"{path}: block '{block.name}' shows nothing, since {base} has no such block"
    elif original is not None and (lost := _slots(_parsed(original)) - _slots(tree)):
        these = ", ".join(sorted(lost))
        yield False, f"{path} leaves out the slots {these}: what plugins put there is not shown"


def _parsed(path: Path) -> nodes.Template:
    return Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))


def _original(name: str) -> Path | None:
    """The file that a template of this name replaces: the core's, else a plugin's."""
    return next((path for folder in _folders() if (path := folder / name).is_file()), None)


@cache
def _folders() -> tuple[Path, ...]:
    plugins = [plugin.folder / "templates" for plugin in discover().plugins.values()]
    return (TEMPLATES, *(folder for folder in plugins if folder.is_dir()))


def _slots(tree: nodes.Template) -> set[str]:
    return {
        call.args[0].value
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
        and call.node.name == "slot"
        and call.args
        and isinstance(call.args[0], nodes.Const)
    }


def _named(tree: nodes.Template) -> Iterator[str]:
    """The templates that a template extends, includes or imports."""
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        template = getattr(node, "template", None)
        if isinstance(template, nodes.Const) and isinstance(template.value, str):
            yield template.value


def _base(tree: nodes.Template) -> str | None:
    for extends in tree.find_all(nodes.Extends):
        if isinstance(extends.template, nodes.Const):
            return str(extends.template.value)
    return None


def _whole(path: Path) -> Iterator[nodes.Block]:
    """The blocks of a template and of those that it extends."""
    seen: set[Path] = set()
    following: Path | None = path
    while following is not None and following not in seen:
        seen.add(following)
        tree = _parsed(following)
        yield from tree.find_all(nodes.Block)
        base = _base(tree)
        following = _original(base.removeprefix(_CORE)) if base is not None else None


def _is_inside(block: nodes.Block, tree: nodes.Template) -> bool:
    """Whether a block stands in another one, and so shows where that does."""
    return any(inner is block for outer in tree.find_all(nodes.Block) for inner in outer.find_all(nodes.Block))


def _missing_files(instance: Instance, path: Path) -> Iterator[tuple[bool, str]]:
    for name in _STATIC.findall(path.read_text(encoding="utf-8")):
        if not _is_there(instance, name):
            yield True, f"{path}: there is no static file {name}"


def _missing_in_style(instance: Instance) -> Iterator[tuple[bool, str]]:
    style = instance.static / "instance.css"
    if not style.is_file():
        return
    for address in sorted(set(_STYLE.findall(style.read_text(encoding="utf-8")))):
        if address.startswith("/static/"):
            if not _is_there(instance, address.removeprefix("/static/")):
                yield True, f"{style}: there is no static file {address}"
        elif not address.startswith("/"):
            yield True, f"{style}: {address} is not found from a bundle; write /static/{address}"


def _is_there(instance: Instance, name: str) -> bool:
    first, _, rest = name.partition("/")
    plugin = discover().plugins.get(first)
    places = [instance.static / name, TEMPLATES.parent / "static" / name]
    if plugin is not None and plugin.static is not None:
        places.append(plugin.static / rest)
    return any(place.is_file() for place in places)
