"""The control panel shows both backends and has the worker switch; what cannot be done says why."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import SYSTEM, Repository

pytestmark = pytest.mark.plugins("elasticsearch")


def test_the_panel_asks_for_a_switch_and_tells_what_became_of_it(repository: Repository, panel: Any) -> None:
    nobody = {"hosts": ["http://127.0.0.1:9"]}
    repository.plugin_settings.change("elasticsearch", nobody, SYSTEM)
    page = panel.get("/control/index")
    assert "OpenSearch" in page
    assert "Fill and switch" in page
    assert "There is no search backend 'nothing'" in panel.post("/control/index/switch", 404, backend="nothing")
    assert "then it takes over" in panel.post("/control/index/switch", backend="elasticsearch")
    asked = repository.successor()
    assert asked.settings("embedded-search").wanted == "elasticsearch"
    asked.jobs.run_due()
    failed = next(row for row in asked.jobs.rows() if row.name == "search.switch")
    assert "away for the moment" in (failed.last_error or "")
    assert asked.search.backends.serving == "embedded"
    assert "The backend stays." in panel.post("/control/index/switch")
    assert repository.successor().settings("embedded-search").wanted is None
