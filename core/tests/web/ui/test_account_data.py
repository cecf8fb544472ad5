"""The page about the data behind one's own account: taking a copy, and having the account deleted."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from muniment.errors import NotFound
from muniment.privacy import exports
from muniment.repository import Repository
from muniment.testing.people import Person

PAGE, DELETE = "/account/settings/privacy", "/account/settings/delete"
EXPORT = f"{PAGE}/export"


def test_a_copy_is_made_and_downloaded_right_after_signing_in(forms: Any, repository: Repository, ada: Person) -> None:
    forms.sign_in(ada).open(PAGE).send(EXPORT)
    assert "Your copy is ready." in forms.text
    row = repository.data_exports.of(ada.subject)
    assert row is not None
    answer = forms.send(f"{EXPORT}/{row.id}").response
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert "data/user.email.json" in archive.namelist()


def test_later_the_password_is_asked_for(forms: Any, repository: Repository, ada: Person) -> None:
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as clock:
        forms.sign_in(ada).open(PAGE)
        assert not forms.page.xpath("//input[@name='password']")
        clock.shift(timedelta(minutes=16))
        forms.open(PAGE).send(EXPORT, password="not the password")
        assert forms.seen == [422]
        assert forms.problems == ["The password is wrong."]
        assert repository.data_exports.of(ada.subject) is None
        forms.send(EXPORT, password=ada.password)
        row = repository.data_exports.of(ada.subject)
        assert row is not None
        forms.send(f"{EXPORT}/{row.id}", password="")
        assert forms.problems == ["The password is wrong."]
        assert forms.send(f"{EXPORT}/{row.id}", password=ada.password).response.mimetype == "application/zip"


def test_a_large_copy_is_announced(
    forms: Any, repository: Repository, ada: Person, make_draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    make_draft()
    forms.sign_in(ada).open(PAGE).send(EXPORT)
    assert "You get a message when it can be downloaded." in forms.text
    assert not forms.page.xpath("//main//form")


def test_the_file_of_somebody_else_is_not_there(forms: Any, repository: Repository, ada: Person, grace: Person) -> None:
    row = repository.data_exports.request(grace.actor, grace.subject)
    forms.sign_in(ada).open(PAGE)
    token = forms.page.xpath("//input[@name='csrf_token']/@value")[0]
    answer = forms.client.post(
        f"{EXPORT}/{row.id}", data={"csrf_token": token}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 422
    assert "There is no such export." in answer.get_data(as_text=True)


def test_asking_twice_by_the_back_button_makes_one_copy(forms: Any, repository: Repository, ada: Person) -> None:
    forms.sign_in(ada).open(PAGE)
    before = forms.page
    forms.send(EXPORT)
    first = repository.data_exports.of(ada.subject)
    forms.page = before
    forms.send(EXPORT)
    second = repository.data_exports.of(ada.subject)
    assert first is not None
    assert second is not None
    assert first.id != second.id
    assert [path.name for path in repository.data_exports.folder.iterdir()] == [second.file]


def test_an_account_is_deleted_after_the_address_and_the_password(
    forms: Any, repository: Repository, ada: Person, make_record: Any
) -> None:
    make_record()
    forms.sign_in(ada).open(DELETE)
    assert "1 published record" in forms.text
    assert "Drafts; you have none." in forms.text
    forms.send(f"{DELETE}", address="grace@example.org", password=ada.password)
    assert forms.seen == [422]
    assert forms.problems == ["This is not the e-mail address of your account."]
    forms.send(DELETE, address=ada.email, password="not the password")
    assert forms.problems == ["The password is wrong."]
    assert repository.users.get(ada.subject).erase_at is None
    forms.send(DELETE, address=f" {ada.email.upper()} ", password=ada.password)
    assert "a message tells you when your account will be deleted" in forms.text
    assert repository.users.get(ada.subject).erase_at is not None
    assert forms.open(PAGE).address.startswith("/login")


def test_signing_in_takes_it_back_and_says_so(forms: Any, repository: Repository, ada: Person) -> None:
    repository.erasure.request(ada.actor, ada.subject, ada.email)
    forms.sign_in(ada)
    assert forms.address == f"{PAGE}?done=kept"
    assert "You signed in, so your account will not be deleted." in forms.text
    assert repository.users.get(ada.subject).erase_at is None


def test_the_only_administrator_is_told_what_to_do(forms: Any, repository: Repository, administrator: Person) -> None:
    forms.sign_in(administrator).open(DELETE)
    forms.send(DELETE, address=administrator.email, password=administrator.password)
    assert forms.problems == ["This is the only account with the role 'administrator'; give it to somebody else first."]
    forms.open("/account/settings/deactivate").send(password=administrator.password)
    assert forms.problems == ["This is the only administrator; give the role to somebody else first."]


def test_without_a_password_one_has_to_sign_in_anew(forms: Any, repository: Repository, ada: Person) -> None:
    """Whoever signs in by another service proves by signing in who they are."""
    from sqlalchemy import delete

    from muniment.users.models import PasswordCredential

    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as clock:
        forms.sign_in(ada)
        with repository.database.write() as unit:
            unit.session.execute(delete(PasswordCredential))
        clock.shift(timedelta(minutes=16))
        forms.open(PAGE).send(EXPORT)
        assert forms.problems == ["Sign out and in again first, so that we know that it is you."]
        forms.open(DELETE).send(DELETE, address=ada.email)
        assert forms.problems == ["Sign out and in again first, so that we know that it is you."]
        clock.shift(timedelta(minutes=-10))
        forms.open(DELETE).send(DELETE, address=ada.email)
        assert repository.users.get(ada.subject).erase_at is not None


def test_colours_are_kept_with_the_account(forms: Any, repository: Repository, ada: Person) -> None:
    forms.sign_in(ada).open("/account/settings/preferences").send(theme="dark", timezone="Asia/Tokyo")
    assert repository.users.get(ada.subject).theme == "dark"
    assert forms.page.xpath("/html/@data-theme") == ["dark"]
    forms.open("/account/settings/preferences").send(theme="auto")
    assert forms.page.xpath("/html/@data-theme") == []
    assert forms.page.xpath("/html/@data-account-theme") == ["auto"]
    forms.open("/account/settings/preferences").send(theme="mauve")
    assert forms.problems == ["Choose one of: device, auto, light, dark."]


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_privacy_notice_tells_every_category(client: Any, repository: Repository, language: str) -> None:
    page = client.get(f"/about/privacy?lang={language}").get_data(as_text=True)
    assert page.count('class="category"') == len(repository.privacy.categories)
    assert repository.privacy.edition in page


def test_the_notice_for_machines_is_that_of_the_declarations(client: Any, repository: Repository) -> None:
    answer = client.get("/about/privacy.json").get_json()
    assert answer == {"edition": repository.privacy.edition, "categories": repository.privacy.notice()}


@pytest.mark.configuration("privacy", export_days=3)
def test_a_changed_setting_changes_the_notice(client: Any) -> None:
    assert "3 days after the copy was made" in client.get("/about/privacy").get_data(as_text=True)


def test_a_person_who_is_gone_is_signed_out(forms: Any, repository: Repository, ada: Person) -> None:
    forms.sign_in(ada)
    repository.erasure.erase(ada.subject)
    assert forms.open(PAGE).address.startswith("/login")
    with pytest.raises(NotFound):
        repository.users.get(ada.subject)
