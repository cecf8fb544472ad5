"""What is mailed: at once or once a day, together, with a way to stop it; and addresses that mail does not reach."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from muniment.api import Repository
from muniment_notifications.bounces import read_report

pytestmark = pytest.mark.plugins("notifications", "probe")

REPORT = b"""From: MAILER-DAEMON@mx.example.org
To: noreply@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ada@example.org
Action: failed
Status: 5.1.1

Final-Recipient: rfc822; grace@example.org
Action: delayed
Status: 4.4.1

--b--
"""


def plain(message: Any) -> str:
    found: str = message.get_body(("plain",)).get_content()
    return found.replace("\r\n", "\n")


def test_a_message_says_what_happened_and_how_to_stop_it(
    happen: Any, mail_server: Any, ada: Any, client: Any, plugin: Any
) -> None:
    happen(ada, title="Tides & <waves>")
    (message,) = mail_server.messages
    assert (message["To"], message["Subject"]) == (ada.email, "“Tides & <waves>” was made by Nobody")
    assert "http://localhost:5000/help\n" in plain(message)
    assert "Tides &amp; &lt;waves&gt;" in message.get_body(("html",)).get_content()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = re.sub(r"^<http://localhost:5000|>$", "", message["List-Unsubscribe"])
    assert f"http://localhost:5000{stop}\n" in plain(message)

    assert "Something is new" in client.get(stop).text
    assert plugin.choices.of([ada.subject])[ada.subject]["probe.news"].mail == "now", "looking changes nothing"
    answer = client.post(stop, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "These messages are stopped" in answer.text
    happen(ada)
    assert len(mail_server.messages) == 1
    assert plugin.reading.unread(ada.subject) == 2, "on the site it stands all the same"
    assert client.get(f"{stop}x").status_code == 404
    assert client.post("/notifications/unsubscribe/WzEsInByb2JlLm5ld3MiXQ.forged").status_code == 404


def test_many_things_at_once_are_one_message(happen: Any, mail_server: Any, ada: Any) -> None:
    titles = tuple(f"Thing {number}" for number in range(3))
    happen(ada, titles=titles)
    assert [message["Subject"] for message in mail_server.messages] == ["3 notifications from Test Repository"]
    assert all(title in plain(mail_server.messages[0]) for title in titles)


@pytest.mark.hook("register_jobs")
def test_once_a_day_is_one_message_in_the_language_of_the_reader(
    happen: Any, mail_server: Any, ada: Any, repository: Repository, run_jobs: Callable[[], int]
) -> None:
    repository.users.update_profile(ada.actor, ada.subject, {"locale": "de"})
    happen(ada, types=["probe.gossip"])
    happen(ada, types=["probe.gossip"], path="/about")
    assert mail_server.messages == []
    assert repository.jobs.run_now("notifications.daily") == "1 people"
    run_jobs()
    (message,) = mail_server.messages
    assert message["Content-Language"] == "de"
    assert repository.jobs.run_now("notifications.daily") == "0 people"


def test_the_instance_can_word_messages_itself(happen: Any, mail_server: Any, ada: Any, repository: Repository) -> None:
    folder = repository.instance.templates / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "notifications.txt").write_text("News\n\n{{ entries[0].type }} {{ number }}\n{{ stop }}\n")
    (folder / "notifications.de.txt").write_text("Neues\n\nGuten Tag!\n")
    happen(ada)
    repository.users.update_profile(ada.actor, ada.subject, {"locale": "de"})
    happen(ada)
    message, german = mail_server.messages
    assert message["Subject"] == "News"
    assert "probe.news 1" in plain(message)
    assert (german["Subject"], "Guten Tag!" in plain(german)) == ("Neues", True)


def test_an_address_that_is_refused_for_good_is_paused_and_the_person_reads_so(
    happen: Any, mail_server: Any, ada: Any, plugin: Any, panel_of: Any, panel: Any, repository: Repository
) -> None:
    mail_server.refused[ada.email] = 550
    happen(ada)
    assert plugin.bounces.of(ada.subject, ada.email).reason == "SMTP 550"
    happen(ada)
    browser = panel_of(ada)
    assert "Mail does not reach you" in browser.get("/me/notifications")
    shown = panel.get("/control/notifications")
    assert "Paused addresses" in shown
    assert "SMTP 550" in shown
    mail_server.refused.clear()
    assert "Notifications are mailed to you again." in browser.post("/me/notifications/settings/resume")
    happen(ada)
    assert len(mail_server.messages) == 1
    plugin.bounces.pause(ada.subject, ada.email, "5.1.1")
    assert plugin.bounces.of(ada.subject, "new@example.org") is None, "a new address is tried"
    assert "mailed to this person again" in panel.post("/control/notifications/resume", subject=ada.subject)
    assert plugin.bounces.of(ada.subject, ada.email) is None
    with repository.database.read() as session:
        assert ada.email not in str(session.execute(text("SELECT * FROM notifications_sent")).all())


def test_what_cannot_be_taken_now_is_sent_later_and_what_is_too_old_never(
    happen: Any, mail_server: Any, ada: Any, run_jobs: Callable[[], int], plugin: Any
) -> None:
    mail_server.refused[ada.email] = 450
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False) as clock:
        happen(ada)
        assert plugin.bounces.of(ada.subject, ada.email) is None
        mail_server.refused.clear()
        clock.shift(301)
        run_jobs()
        assert len(mail_server.messages) == 1
        mail_server.refused[ada.email] = 450
        happen(ada)
        mail_server.refused.clear()
        clock.shift(3 * 86400 + 1)
        run_jobs()
    assert len(mail_server.messages) == 1


def test_what_a_server_refuses_for_other_reasons_is_seen_by_operators(
    happen: Any, ada: Any, repository: Repository, panel: Any
) -> None:
    class Refusing:
        def send(self, *_: Any, **__: Any) -> None:
            raise smtplib.SMTPDataError(554, b"spam from ada@example.org")

    repository.mail.transport = Refusing()  # type: ignore[assignment]
    happen(ada)
    shown = panel.get("/control/notifications?outcome=failed")
    assert "SMTPDataError 554" in shown
    assert "spam" not in shown


def test_delivery_reports_name_whom_mail_never_reached() -> None:
    assert read_report(REPORT) == [("ada@example.org", "5.1.1")]
    assert read_report(b"nonsense") == []


def test_a_message_tells_of_fifty_things_and_says_where_the_others_are(happen: Any, mail_server: Any, ada: Any) -> None:
    happen(ada, titles=tuple(f"Thing {number}" for number in range(53)))
    (message,) = mail_server.messages
    assert message["Subject"] == "53 notifications from Test Repository"
    assert plain(message).count("was made by") == 50
    assert "All of them:\nhttp://localhost:5000/me/notifications\n" in plain(message)


def test_words_may_have_places_of_their_own(happen: Any, mail_server: Any, ada: Any, plugin: Any) -> None:
    """The title of a request is made in the language of whoever reads that it is there."""
    happen(ada, title="50% Tides", words={"person": "who wrote %(title)s"})
    (message,) = mail_server.messages
    told = "“50% Tides” was made by who wrote 50% Tides"
    assert (message["Subject"], told in plain(message)) == (told, True)
    assert [one.text for one in plugin.reading.list(ada.subject)[0]] == [told]
