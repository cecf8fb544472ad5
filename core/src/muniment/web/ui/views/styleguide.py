"""The style guide: every token and component, for those who make pages, templates and themes."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state
from muniment.web.ui import styleguide
from muniment.web.ui.language import display_locale
from muniment.web.ui.styleguide_samples import samples

blueprint = Blueprint("styleguide", __name__)


@blueprint.get("/_styleguide")
@access("administration")
@session("required")
def tokens() -> str:
    """Colours with their contrasts, sizes, faces and icons."""
    theme = state().repository.config.theme
    return render_template(
        "styleguide/tokens.html",
        components=styleguide.components(),
        colours=styleguide.colour_tokens(theme),
        pairs=styleguide.colour_pairs(theme),
        tokens=styleguide.other_tokens(),
        icons=styleguide.icons(),
    )


@blueprint.get("/_styleguide/<name>")
@access("administration")
@session("required")
def component(name: str) -> str:
    """One file of components in all states, light and dark side by side."""
    known = {one.name: one for one in styleguide.components()}
    if name not in known:
        raise NotFound(f"There is no component file named {name}.")
    return render_template(
        "styleguide/component.html",
        components=styleguide.components(),
        component=known[name],
        **samples(display_locale()),
    )


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
