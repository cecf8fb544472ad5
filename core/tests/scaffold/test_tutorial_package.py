"""The package of the tutorial, changed as it says, passes its tests; the page takes the code from here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from muniment.scaffold.features import chosen_features
from muniment.scaffold.names import checked_names
from muniment.scaffold.writing import write_plugin

FRAGMENTS = '''
"""What the plugin puts into pages. Whatever comes from people is escaped by `Markup.format`."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from muniment.api import Repository
from muniment_sea_ice.notes import Notes


def beside_record(repository: Repository, record: Any) -> Markup:
    """The notes about a record, in the column beside it; nothing where there are none."""
    notes = Notes(repository).of(int(record.id))
    if not notes:
        return Markup("")
    items = Markup("").join(Markup("<li>{}</li>").format(note) for note in notes)
    return Markup('<section class="card"><h2>{}</h2><ul>{}</ul></section>').format(_("Notes"), items)
'''

RENDER_SLOT = """
    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        if slot != "record.sidebar":
            return []
        return [Fragment(beside_record(self.context.repository, context["record"]))]
"""

TEST_FRAGMENTS = '''
"""The notes beside a record, which are somebody's text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from muniment.api import RecordItem, Repository
from muniment_sea_ice.notes import Notes

pytestmark = pytest.mark.plugins("sea-ice")


@pytest.mark.hook("render_slot")
def test_notes_stand_beside_their_record(
    repository: Repository, client: FlaskClient, make_record: Callable[..., RecordItem]
) -> None:
    record = make_record()
    assert "Looked at" not in client.get(f"/records/{record.id}").text
    Notes(repository).add(int(record.id), "Looked at & <script>alert(1)</script>")
    page = client.get(f"/records/{record.id}").text
    assert "Looked at &amp;" in page
    assert "<script>alert(1)" not in page
'''


@pytest.mark.slow
def test_the_package_of_the_tutorial_passes_its_tests(tmp_path: Path) -> None:
    folder = tmp_path / "muniment-sea-ice"
    write_plugin(checked_names("sea-ice"), chosen_features(["settings", "model", "blueprint", "slot"]), folder)
    source = folder / "src" / "muniment_sea_ice"
    (source / "fragments.py").write_text(FRAGMENTS.strip() + "\n", encoding="utf-8")
    plugin = (source / "plugin.py").read_text(encoding="utf-8")
    method = r"    @implements\n    def render_slot\(.*?(?=\n\n    @|\Z)"
    changed, count = re.subn(method, lambda _: RENDER_SLOT.strip("\n"), plugin, flags=re.DOTALL)
    assert count == 1
    (source / "plugin.py").write_text(changed, encoding="utf-8")
    manifest = source / "plugin.toml"
    steady = 'steady_slots = ["record.sidebar"]\n'
    assert steady in manifest.read_text(encoding="utf-8")
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(steady, ""), encoding="utf-8")
    (folder / "tests" / "test_fragments.py").write_text(TEST_FRAGMENTS.strip() + "\n", encoding="utf-8")
    info = folder / "src" / "muniment_sea_ice-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: muniment-sea-ice\nVersion: 0.1.0\n", encoding="utf-8")
    entry = "[muniment.plugins]\nsea-ice = muniment_sea_ice.plugin:Plugin\n"
    (info / "entry_points.txt").write_text(entry, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pyproject.toml", "tests"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout[-5000:]
