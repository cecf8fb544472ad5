"""What people read: commands explain themselves, texts can be translated, and the README names all there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

import click

from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.settings import schema_of
from muniment.testing.conformance.bench import Bench
from muniment.testing.conformance.checks import Checks
from muniment.testing.conformance.package_checks import package_of
from muniment.testing.conformance.work_checks import events_in
from muniment.testing.extraction import texts_in

_CODE = re.compile(r"\{#.*?#\}|\{%-?\s*block main_class\s*-?%\}.*?\{%-?\s*endblock|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{3,}")
_ATTRIBUTE = re.compile(r"""\b(?:title|alt|placeholder|aria-label)=["']([^"']*)["']""")


class TextChecks(Checks):
    """Texts of the plugin, in pages, on the command line and in its documentation."""

    def test_commands_explain_themselves(self, bench: Bench) -> None:
        for command in bench.contributions("register_commands"):
            for path, found in _commands(command):
                assert found.help, f"muniment {self.plugin} {path} needs a docstring"
                for parameter in found.params:
                    if isinstance(parameter, click.Option):
                        assert parameter.help, f"{path} {parameter.opts[0]} needs help"

    def test_its_texts_can_be_translated(self, installed: InstalledPlugin) -> None:
        """No words in templates outside of gettext, none put together before they are looked up; and catalogues that
        the plugin brings are complete."""
        bare = [
            f"{file.name}: {text}"
            for file in sorted((installed.folder / "templates").rglob("*.html"))
            for text in bare_texts(file.read_text(encoding="utf-8"))
        ]
        assert bare == [], "these stand in templates as they are; write {{ _('…') }}"
        formatted = [
            f"{file.name}: {found[0]}"
            for file in sorted(installed.folder.rglob("*.py"))
            for found in re.finditer(r"""(?<![\w.])(?:_|gettext|lazy_gettext)\(\s*f["'].*""", file.read_text("utf-8"))
        ]
        assert formatted == [], "these are put together before they are looked up; write _('… %(name)s', name=name)"
        untranslated = sorted(_untranslated(installed))
        assert untranslated == [], f"the catalogues of the plugin lack these: {'; '.join(untranslated)}"

    def test_its_readme_names_what_it_adds(self, bench: Bench, installed: InstalledPlugin) -> None:
        """Settings, commands, permissions, events and jobs."""
        readme = readme_of(installed)
        assert readme, 'write a README.md, and name it in pyproject.toml (readme = "README.md")'
        schema = schema_of(installed.load())
        wanted = [f"`{key}`" for key in (schema.fields if schema else {})]
        for command in bench.contributions("register_commands"):
            wanted += [f"{self.plugin} {path}" for path, _ in _commands(command)]
        wanted += [job.name for job in bench.contributions("register_jobs")]
        wanted += [event.name for event in events_in(package_of(installed))]
        for spec in bench.contributions("register_blueprints"):
            wanted += [name for name in spec.permissions if name.startswith(f"{self.plugin}.")]
        assert [name for name in dict.fromkeys(wanted) if name not in readme] == []


def bare_texts(template: str) -> Iterator[str]:
    """Words between tags, and in attributes that are read out, that no expression made."""
    source = _CODE.sub("", template)
    for text in re.findall(r">([^<>]*)<", f">{source}<"):
        if _WORD.search(text) and '="' not in text:
            yield text.strip()[:60]
    for text in _ATTRIBUTE.findall(source):
        if _WORD.search(text):
            yield text[:60]


def readme_of(installed: InstalledPlugin) -> str | None:
    """The README: in the source tree, or in what was installed."""
    files = [folder / "README.md" for folder in installed.folder.parents[:2]]
    found = next((file for file in files if file.is_file()), None)
    if found is not None:
        return found.read_text(encoding="utf-8")
    try:
        described = metadata(installed.distribution).json.get("description")
    except PackageNotFoundError:
        return None
    return str(described) if described else None


def _commands(command: click.Command, path: str = "") -> Iterator[tuple[str, click.Command]]:
    name = f"{path} {command.name}".strip()
    if isinstance(command, click.Group):
        for nested in command.commands.values():
            yield from _commands(nested, name)
    else:
        yield name, command


def _untranslated(installed: InstalledPlugin) -> Iterator[str]:
    """Texts that a catalogue of the plugin lacks, and those that were changed in its source and not compiled."""
    from babel.messages.mofile import read_mo
    from babel.messages.pofile import read_po

    folder = installed.translations
    catalogues = sorted(folder.glob("*/LC_MESSAGES/messages.mo")) if folder is not None else []
    if not catalogues:
        return
    texts = texts_in(installed.folder)
    for file in map(Path, catalogues):
        language, source = file.parts[-3], file.with_suffix(".po")
        with file.open("rb") as handle:
            compiled = _translations(read_mo(handle))
        yield from (f"{language}: {text}" for text in texts - compiled.keys())
        if source.is_file():
            with source.open("rb") as handle:
                written = _translations(read_po(handle, locale=language))
            yield from (f"{language}, not compiled: {text}" for text in compiled if compiled[text] != written.get(text))


def _translations(catalogue: Iterable[Any]) -> dict[str, tuple[str, ...]]:
    """What stands for each text of a catalogue; for those that count, by the singular."""
    return {_forms(message.id)[0]: _forms(message.string) for message in catalogue if message.id}


def _forms(text: str | Sequence[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
