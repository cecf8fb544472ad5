"""The configuration: each value with where it comes from and what it means; and the way to the settings of plugins."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from flask import Blueprint, Response

from muniment.settings.explained import configured_values
from muniment.settings.loading import ENVIRONMENT_PREFIX
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_repository
from muniment.web.ui.views.control.frame import show

blueprint = Blueprint("control_settings", __name__, url_prefix="/control/settings")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)


@blueprint.get("")
@access("administration")
@session("required")
def settings() -> Response:
    repository = the_repository()
    values = configured_values(repository.config)
    return show(
        "control/settings.html",
        sections=[(name, list(found)) for name, found in groupby(values, key=lambda value: value.section)],
        forms=repository.plugin_settings.forms(),
        unused=repository.plugin_settings.problems(),
        file=str(repository.instance.path / "instance.toml"),
        variable=f"{ENVIRONMENT_PREFIX}SECTION__KEY",
    )
