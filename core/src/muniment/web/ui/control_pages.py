"""Pages that plugins add to the control panel: what they need of its frame, without loading all of its views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Response

    from muniment.errors import MunimentError


def control_page(template: str, error: MunimentError | None = None, **values: Any) -> Response:
    """A page whose template extends `control/frame.html`. With `error` it comes back with the status of that, its
    problems in the summary and beside the controls they belong to (`problems`, `errors(name)`, `form`)."""
    from muniment.web.ui.views.control.frame import show

    return show(template, error, **values)


def control_question(*, title: str, text: str, button: str, action: str, back: str) -> Response:
    """The page of a question before something that hurts: `text` says what it means, `button` what will happen when the
    form is sent to `action`, `back` is where one gets without."""
    from muniment.web.ui.views.control.frame import Confirmation, ask

    return ask(Confirmation(title=title, text=text, button=button, action=action, back=back))
