"""Records by their persistent identifiers: `/doi/10.5281/zenodo.1`, `/oai/oai:host:1`."""

from __future__ import annotations

from flask import Blueprint, Response, redirect

from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state

blueprint = Blueprint("resolver", __name__)

#: Schemes whose values lead to a record under their name.
SCHEMES = ("doi", "oai", "ark", "hdl", "handle", "swhid")


@blueprint.get(f"/<any({','.join(SCHEMES)}):scheme>/<path:value>")
@access("public")
@session("none")
def resolve(scheme: str, value: str) -> Response:
    """The record that an identifier belongs to; a concept identifier leads to the newest version."""
    wanted = value.lower() if scheme == "doi" else value
    number = state().repository.records.find_identifier("handle" if scheme == "hdl" else scheme, wanted)
    return redirect(f"/records/{number}", 302)  # type: ignore[return-value]


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
