"""The box beside a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app
from markupsafe import Markup

from muniment.builtin.external_resources.places import places_of


def box(record: Mapping[str, Any]) -> Markup:
    """Where else the work is; empty when the description says nothing of it."""
    places = places_of(record)
    if not places:
        return Markup()
    shown: Markup = current_app.jinja_env.get_template("external_resources/box.html").make_module().box(places)  # type: ignore[attr-defined]
    return shown
