"""The plugin offers its formats through the hook."""

from __future__ import annotations

import pytest

from muniment.api import Repository


@pytest.mark.hook("register_import_formats")
@pytest.mark.plugins("importers")
def test_the_formats_are_offered_in_their_order(repository: Repository) -> None:
    formats = repository.hooks.register_import_formats()
    assert [item.name for item in formats] == ["zenodo", "inveniordm", "datacite", "cff", "bibtex", "csl"]
    assert all(item.title for item in formats)
