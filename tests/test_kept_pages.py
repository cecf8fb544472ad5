"""Record pages stay in memory with everything that the reference instance has switched on."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from muniment.web.ui.environment import pages
from muniment.web.ui.views.records import _OWN_SLOTS

ROOT = Path(__file__).parents[1]
ENABLED = tomllib.loads((ROOT / "instance" / "instance.toml").read_text(encoding="utf-8"))["plugins"]["enabled"]


@pytest.mark.plugins(*ENABLED)
def test_no_plugin_keeps_record_pages_from_being_kept(app: Any) -> None:
    with app.app_context():
        assert not pages().slots.vary(*_OWN_SLOTS), "its plugin.toml does not list the slot under steady_slots"
