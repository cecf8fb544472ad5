"""The pages themselves: thin views that ask a service and fill a template."""

from __future__ import annotations

from muniment.web.ui.views import (
    about,
    control,
    deposit,
    deposit_autosave,
    deposit_files,
    deposit_publish,
    deposit_review,
    front,
    help_pages,
    my,
    record_actions,
    record_exports,
    records,
    resolver,
    search,
    static,
    styleguide,
)

#: All blueprints of the core's pages, in the order in which they are mounted.
BLUEPRINTS = [
    *static.BLUEPRINTS,
    *front.BLUEPRINTS,
    *search.BLUEPRINTS,
    *records.BLUEPRINTS,
    *record_actions.BLUEPRINTS,
    *record_exports.BLUEPRINTS,
    *deposit.BLUEPRINTS,
    *deposit_autosave.BLUEPRINTS,
    *deposit_publish.BLUEPRINTS,
    *deposit_review.BLUEPRINTS,
    *my.BLUEPRINTS,
    *deposit_files.BLUEPRINTS,
    *about.BLUEPRINTS,
    *help_pages.BLUEPRINTS,
    *resolver.BLUEPRINTS,
    *styleguide.BLUEPRINTS,
    *control.BLUEPRINTS,
]
