"""The pages of the plugin speak German to those who ask for it."""

from __future__ import annotations

from typing import Any

import pytest
from flask_babel import force_locale, gettext


@pytest.mark.plugins("quota")
def test_a_page_of_the_plugin_is_german_for_those_who_ask_for_it(app: Any) -> None:
    with app.test_request_context("/"), force_locale("de"):
        assert gettext("Ask the administrators") == "Die Administration bitten"
        assert gettext("Sign in") == "Anmelden", "texts of the core stay"
