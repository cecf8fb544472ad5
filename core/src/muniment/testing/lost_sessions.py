"""A form that is sent after its session ended, from the first typing to the answer of the view:

@pytest.mark.plugins("sea-ice")
def test_nothing_typed_is_lost(panel):
    answer = send_after_the_session_ended(panel, "/sea-ice/survey", title="Ice & drift")
    assert answer.status_code == 303
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from werkzeug.datastructures import MultiDict

from muniment.testing.html_forms import Form, Pair, forms_of

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from muniment.testing.panel import Panel
    from muniment.testing.people import Person

_OWN: Final = {"Sec-Fetch-Site": "same-origin"}


def send_after_the_session_ended(
    panel: Panel, path: str, *, as_whom: Person | None = None, **typed: str
) -> TestResponse:
    """Fill in the form of a page that sends to the page itself, without scripts, and send it when the session is gone;
    sign in on the page that comes back (`as_whom`: somebody else does), and send the form once more.

    Returns the answer to that.

    Raises `AssertionError` when the form does not come back, `KeyError` for a control that the form has not. Two
    underscores in a name stand for a dot.
    """
    client, person = panel.client, as_whom or panel.person
    assert person is not None, "say as whom: guests do not sign in"
    form = _form_of(client.get(path), path)
    pairs = form.filled(**{name.replace("__", "."): value for name, value in typed.items()})
    client.set_cookie("muniment_session", "worn-out")
    lost = _send(client, path, pairs)
    assert lost.status_code == 403, f"{path}: a form without a session is answered {lost.status_code}, not kept"
    sign_in = _form_of(lost, "/login")
    welcome = _send(client, "/login", sign_in.filled(email=person.email, password=person.password))
    assert welcome.status_code == 200, f"signing in with a kept form is answered {welcome.status_code}"
    return _send(client, path, _form_of(welcome, path).pairs)


def _form_of(answer: TestResponse, action: str) -> Form:
    found = [form for form in forms_of(answer.get_data(as_text=True)) if form.method == "post"]
    for form in found:
        if (form.action or answer.request.path) == action:
            return form
    raise AssertionError(
        f"{answer.request.path} has no form that is sent to {action}, only {[f.action for f in found]}"
    )


def _send(client: FlaskClient, path: str, pairs: list[Pair]) -> TestResponse:
    return client.post(path, data=MultiDict(pairs), headers=_OWN)
