"""A deposit form that is sent after the session ended: what was typed comes back, without a script."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from muniment.testing.html_forms import Form, forms_of

SAME = {"Sec-Fetch-Site": "same-origin"}
TYPED = {"metadata.title": 'Ice & "drift" <b>', "metadata.description": "<p>One\r\nTwo</p>"}


@pytest.fixture
def lost(someone: Any) -> Any:
    """The same browser after its session ended on the server; `lost()` makes it so."""
    return lambda: someone.set_cookie("muniment_session", "worn-out")


def sign_in_form(answer: Any) -> Form:
    return next(form for form in forms_of(answer.get_data(as_text=True)) if form.action == "/login")


def signed_in(client: Any, form: Form, ada: Any, **changes: str) -> Any:
    data = dict(form.filled(email=ada.email, password=ada.password, **changes))
    return client.post("/login", data=data, headers=SAME)


def again(answer: Any, action: str) -> Form:
    return next(form for form in forms_of(answer.get_data(as_text=True)) if form.action == action)


@pytest.mark.parametrize("new", [True, False])
def test_nothing_typed_is_lost(new: bool, someone, deposit_form, send, lost, ada, repository) -> None:
    form = deposit_form(someone.get("/uploads/new"))
    if not new:
        number = send(form, "save", **{"metadata.title": "First"}).headers["Location"].split("?")[0]
        form = deposit_form(someone.get(number))
    lost()
    answer = send(form, "save", **TYPED)
    assert answer.status_code == 403
    assert "What you typed is kept" in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "private, no-store"
    # A wrong password costs nothing.
    refused = signed_in(someone, sign_in_form(answer), SimpleNamespace(email=ada.email, password="wrong-wrong-wrong"))
    assert refused.status_code == 422
    welcome = signed_in(someone, sign_in_form(refused), ada)
    assert welcome.status_code == 200
    assert "not saved yet" in welcome.get_data(as_text=True)
    back = again(welcome, form.action)
    saved = send(back, pairs=back.pairs)
    assert saved.status_code == 303
    stored = someone.get(saved.headers["Location"])
    kept = dict(deposit_form(stored).pairs)
    assert kept["metadata.title"] == 'Ice & "drift" <b>'
    assert re.sub(r"\s+", " ", kept["metadata.description"]) == "<p>One Two</p>"


def test_what_was_typed_stays_text_in_the_pages_that_carry_it(someone, deposit_form, send, lost, ada) -> None:
    form = deposit_form(someone.get("/uploads/new"))
    lost()
    answer = send(form, "save", **{"metadata.title": '"><script>alert(1)</script>'})
    welcome = signed_in(someone, sign_in_form(answer), ada)
    for page in (answer, welcome):
        assert "<script>alert" not in page.get_data(as_text=True)


def test_a_button_for_files_says_that_these_are_to_be_chosen_again(someone, deposit_form, send, lost, ada) -> None:
    number = send(deposit_form(someone.get("/uploads/new")), "save", **TYPED).headers["Location"].split("?")[0]
    form = deposit_form(someone.get(number))
    lost()
    form.action = f"{number}/files"
    welcome = signed_in(someone, sign_in_form(send(form, "file-upload", **{"metadata.title": "Later"})), ada)
    assert "chosen once more" in welcome.get_data(as_text=True)
    back = again(welcome, form.action)
    assert send(back, pairs=back.pairs).status_code == 303
    assert dict(deposit_form(someone.get(number)).pairs)["metadata.title"] == "Later"


def test_a_form_of_an_older_session_comes_back_with_a_token_of_this_one(
    someone, deposit_form, send, sign_in, ada
) -> None:
    form = deposit_form(someone.get("/uploads/new"))
    someone.delete_cookie("muniment_session")
    sign_in(someone, ada)
    answer = send(form, "save", **TYPED)
    assert answer.status_code == 200
    back = again(answer, form.action)
    assert dict(back.pairs)["csrf_token"] != dict(form.pairs)["csrf_token"]
    assert send(back, pairs=back.pairs).status_code == 303


def test_what_another_site_sends_is_neither_kept_nor_shown(someone, deposit_form, lost) -> None:
    form = deposit_form(someone.get("/uploads/new"))
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    signed = someone.post(form.action, data=dict(form.pairs) | {"csrf_token": "x"}, headers=foreign)
    assert signed.status_code == 400
    lost()
    answer = someone.post(form.action, data=dict(form.pairs) | TYPED, headers=foreign)
    assert answer.status_code == 302
    assert "drift" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example/uploads/new", "/account/settings/delete", "/records/1", "", "/\\x"],
)
def test_a_kept_form_goes_nowhere_else(address: str, client: Any, ada: Any) -> None:
    form = next(form for form in forms_of(client.get("/login").get_data(as_text=True)) if form.action == "/login")
    sent = {"email": ada.email, "password": ada.password, "kept_for": address, "kept": '[["a", "b"]]'}
    answer = client.post("/login", data=dict(form.pairs) | sent, headers=SAME)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("kept", ["", "{", "3", '{"a": 1}', '[1, ["a"], ["b", 2], ["c", "d"]]'])
def test_what_cannot_be_unpacked_is_left_out(kept: str, client: Any, ada: Any) -> None:
    form = next(form for form in forms_of(client.get("/login").get_data(as_text=True)) if form.action == "/login")
    sent = {"email": ada.email, "password": ada.password, "kept_for": "/uploads/new", "kept": kept}
    answer = client.post("/login", data=dict(form.pairs) | sent, headers=SAME)
    assert answer.status_code == 200
    pairs = again(answer, "/uploads/new").pairs
    assert [name for name, _ in pairs] == ["csrf_token", *(["c"] if "d" in kept else [])]


def test_a_page_of_a_visitor_who_never_signed_in_keeps_the_form_too(client: Any) -> None:
    answer = client.post("/uploads/new", data={"metadata.title": "Typed"}, headers=SAME)
    assert answer.status_code == 403
    assert orjson.loads(dict(sign_in_form(answer).pairs)["kept"]) == [["metadata.title", "Typed"]]
