"""The configuration, read only: each value with where it comes from and what it means; and the settings of plugins."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from flask import Blueprint, Response

from muniment.plugins.shown_settings import shown_settings
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
    installed = repository.plugins.installed
    return show(
        "control/settings.html",
        sections=[(name, list(found)) for name, found in groupby(values, key=lambda value: value.section)],
        plugins=[(name, installed[name].manifest.title, found) for name, found in shown_settings(repository).items()],
        file=str(repository.instance.path / "instance.toml"),
        variable=f"{ENVIRONMENT_PREFIX}SECTION__KEY",
    )
