"""The page of the control panel: the requests of everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request

from muniment.api import BlueprintSpec, access, control_page, session
from muniment_requests.inbox import inbox_view, read_inbox

if TYPE_CHECKING:
    from muniment_requests.plugin import Plugin

ADMINISTRATION: Final = "administration"
PANEL: Final = "/control/requests"


def pages(plugin: Plugin) -> BlueprintSpec:
    blueprint = Blueprint("control_requests", __name__, url_prefix=PANEL, template_folder="templates")

    @blueprint.get("")
    @access(ADMINISTRATION)
    @session("required")
    def everything() -> Response:
        asked, address = read_inbox(request.args, PANEL)
        return control_page("requests/control.html", page=inbox_view(plugin, asked, address, everybody=True))

    return BlueprintSpec(blueprint, "ui")
