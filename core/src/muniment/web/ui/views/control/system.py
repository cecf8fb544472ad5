"""What runs here: versions, processes, places on the disk, built assets, libraries with their licences."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from muniment.health.software import libraries, platform_versions
from muniment.settings.explained import readable
from muniment.version import __version__
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_repository
from muniment.web.ui.environment import pages
from muniment.web.ui.views.control.frame import show

blueprint = Blueprint("control_system", __name__, url_prefix="/control/system")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)


@blueprint.get("")
@access("administration")
@session("required")
def system() -> Response:
    repository = the_repository()
    instance, assets = repository.instance, pages().assets
    built = [(spec.name, (assets.folder / assets.file(spec.name)).stat().st_size) for spec in assets.bundles()]
    return show(
        "control/system.html",
        version=__version__,
        platform=platform_versions(repository.database),
        generation=repository.generation.number,
        newest=repository.plugins.newest_generation(),
        processes=repository.plugins.processes(),
        url=repository.config.site.url,
        database=readable("database.url", repository.config.database.url),
        folder=str(instance.path),
        var=str(instance.var),
        assets=built,
        libraries=libraries(),
    )
