"""Code in hand-written pages is replaced by what its source says, wherever the page has got to meanwhile."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from muniment.testing.references.snippets import refreshed, snippet

SOURCE = '''
LINES = """
one
two
"""


class Plugin:
    @implements
    def render_slot(self):
        return []
'''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "source.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("before", ["", "old\n", "old\n\nlines\n"])
def test_a_block_is_replaced_and_what_follows_stays(root: Path, before: str) -> None:
    page = f"Text\n\n<!-- snippet: source.py#LINES -->\n```python\n{before}```\n\nMore\n\n```python\nown\n```\n"
    assert refreshed(page, root) == page.replace(f"```python\n{before}```\n\nMore", "```python\none\ntwo\n```\n\nMore")


def test_a_method_comes_with_its_decorators_at_the_margin(root: Path) -> None:
    assert snippet("source.py#render_slot", root) == "@implements\ndef render_slot(self):\n    return []"
    assert snippet("source.py#Plugin", root).startswith("class Plugin:")
    assert snippet("source.py", root) == SOURCE.strip()


def test_files_of_the_scaffold_are_sources(root: Path) -> None:
    assert "sea-ice.nightly" in snippet("scaffold:job:src/muniment_sea_ice/plugin.py#Plugin", root)


@pytest.mark.parametrize("source", ["source.py#nothing", "scaffold:job:src/nothing.py"])
def test_a_source_that_is_gone_is_named(root: Path, source: str) -> None:
    with pytest.raises(LookupError, match="nothing"):
        snippet(source, root)


def test_a_table_lists_all_checks_and_rules(root: Path) -> None:
    page = "<!-- table: checks -->\nwhat stood here\n<!-- end -->\n<!-- table: rules -->\n<!-- end -->\n"
    shown = refreshed(page, root)
    assert "| `secrets_are_not_shown` |" in shown
    assert "| gold | " in shown
    assert "what stood here" not in shown
    assert refreshed(shown, root) == shown


@pytest.mark.parametrize("module", ["conformance", "references", "quality.rules", "quality.running"])
def test_the_test_kit_can_be_imported_from_any_side(module: str) -> None:
    """The pages list the checks, and the checks look at hooks as the references do."""
    subprocess.run([sys.executable, "-c", f"import muniment.testing.{module}"], check=True)


def test_links_between_the_pages_lead_somewhere() -> None:
    folder = Path(__file__).parents[4] / "docs" / "plugins"
    if not folder.is_dir():
        pytest.skip("the source tree is not here")
    broken = [
        f"{page.name}: {target}"
        for page in sorted(folder.rglob("*.md"))
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []
