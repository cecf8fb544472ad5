"""The style guide shows everything, to administrators only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from muniment.web.ui import styleguide


@pytest.fixture
def guide(app: Flask, administrator: Any, sign_in: Callable[[Any, Any], None]) -> Any:
    client = app.test_client()
    sign_in(client, administrator)
    return client


def test_every_macro_of_every_component_is_shown(app: Flask) -> None:
    """Show a new one in `templates/styleguide/specimens/<file>.html`."""
    with app.app_context():
        assert styleguide.unshown() == {}


def test_a_macro_that_is_not_shown_is_found(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stepper = styleguide.Component("stepper", ("stepper", "unheard_of"), "")
    with app.app_context():
        monkeypatch.setattr(styleguide, "components", lambda: (stepper,))
        assert styleguide.unshown() == {"stepper": ["unheard_of"]}


def test_tokens_are_shown_with_what_they_contrast(guide: Any) -> None:
    page = guide.get("/_styleguide").get_data(as_text=True)
    for name, value in styleguide.other_tokens():
        assert f"<code>--{name}</code>" in page
        assert f'data-token="{name}"' in page, value
    assert 'fill="var(--brand-soft)"' in page
    assert '<meta name="robots" content="noindex">' in page


def test_each_component_has_its_page_in_both_themes(app: Flask, guide: Any) -> None:
    with app.app_context():
        known = styleguide.components()
    for component in known:
        answer = guide.get(f"/_styleguide/{component.name}")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200, component.name
        assert 'data-theme="light"' in page
        assert 'data-theme="dark"' in page
    assert guide.get("/_styleguide/nothing").status_code == 404


@pytest.mark.parametrize("path", ["/_styleguide", "/_styleguide/forms"])
def test_others_do_not_see_it(client: Any, ada: Any, sign_in: Callable[[Any, Any], None], path: str) -> None:
    assert client.get(path).status_code == 302
    sign_in(client, ada)
    assert client.get(path).status_code == 403
