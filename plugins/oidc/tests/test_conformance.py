"""What every plugin keeps to."""

from __future__ import annotations

import pytest

from muniment.testing.conformance import PluginConformance


@pytest.fixture
def issuer() -> str:
    return "https://id.example.org"


class TestConformance(PluginConformance):
    plugin = "oidc"
