"""E-mails as they leave the site."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from lxml import html

from muniment.mail.message import Letter, as_html, compose

LINK = "https://repo.example.org/confirm?token=" + "a" * 43
DATE = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def letter(**changes: object) -> Letter:
    values: dict[str, object] = {
        "to": "ada@example.org",
        "subject": "Confirm your e-mail address",
        "text": f"Hello,\n\nopen this:\n{LINK}\n\nhttps://evil.example/\n",
        "language": "en",
        "links": (LINK,),
    }
    return Letter(**{**values, **changes})  # type: ignore[arg-type]


def composed(**changes: object) -> EmailMessage:
    message = compose(
        letter(**changes), sender="noreply@repo.example.org", site_name="Repo", domain="repo.example.org", date=DATE
    )
    parsed = message_from_bytes(message.as_bytes(), policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_message_has_a_text_and_the_same_as_html() -> None:
    message = composed()
    assert message["To"] == "ada@example.org"
    assert message["From"] == "Repo <noreply@repo.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@repo.example.org>")
    assert LINK in text_of(message)
    assert [anchor.get("href") for anchor in html.fromstring(text_of(message, "html")).iter("a")] == [LINK]


def test_a_link_stands_unbroken_in_the_stored_message() -> None:
    raw = compose(letter(), sender="a@b.org", site_name="Repo", domain="b.org", date=DATE).as_bytes()
    assert LINK.encode() in raw


def test_what_looks_like_an_address_in_the_text_becomes_no_link_and_markup_is_text() -> None:
    page = html.fromstring(
        as_html(letter(text="https://evil.example/\n\n<b>bold</b> & <script>alert(1)</script>"), "<i>Repo</i>")
    )
    assert not list(page.iter("a", "b", "script", "i"))
    assert "<b>bold</b> & <script>alert(1)</script>" in page.text_content()


@pytest.mark.parametrize("field", ["subject", "sender", "site_name"])
def test_line_breaks_add_no_headers_cve_2024_27097(field: str) -> None:
    evil = "x\r\nBcc: victim@example.org\n"
    values = {"sender": "noreply@repo.example.org", "site_name": "Repo"}
    changes = {"subject": evil} if field == "subject" else {}
    if field == "sender":
        values["sender"] = f'"{evil}" <noreply@repo.example.org>'
    if field == "site_name":
        values["site_name"] = evil
    message = compose(letter(**changes), domain="repo.example.org", date=DATE, **values)
    assert message_from_bytes(message.as_bytes())["Bcc"] is None


def test_other_scripts_survive() -> None:
    message = composed(subject="確認してください", text="こんにちは\n\nZürich\n", to="ada@münchen.de")
    assert message["Subject"] == "確認してください"
    assert "Zürich" in text_of(message)
    assert message["To"] == "ada@xn--mnchen-3ya.de"


def test_an_address_in_another_script_is_written_to() -> None:
    raw = compose(
        letter(to="müller@münchen.de", subject="Grüße"), sender="a@b.org", site_name="Repo", domain="b.org", date=DATE
    ).as_bytes()
    assert "To: müller@xn--mnchen-3ya.de\r\n".encode() in raw
    assert "Subject: Grüße\r\n".encode() in raw


def test_very_long_lines_are_encoded_so_that_servers_take_them() -> None:
    raw = compose(letter(text="x" * 2000), sender="a@b.org", site_name="Repo", domain="b.org", date=DATE).as_bytes()
    assert max(map(len, raw.splitlines())) <= 998


def test_further_headers_stay_on_one_line() -> None:
    message = composed(headers={"List-Unsubscribe": "<https://x.org/u>\nBcc: b@example.org"})
    assert message["List-Unsubscribe"] == "<https://x.org/u> Bcc: b@example.org"
    long = f"<https://repo.example.org/{'a' * 200}>"
    letter_with_it = letter(headers={"List-Unsubscribe": long})
    written = compose(letter_with_it, sender="a@example.org", site_name="Repo", domain="example.org", date=DATE)
    assert f"List-Unsubscribe: {long}\r\n".encode() in written.as_bytes()
    assert message["Bcc"] is None
