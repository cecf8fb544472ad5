"""Programs to which people have their notifications sent: signed, in order, again when it did not arrive."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from muniment.api import SYSTEM, Conflict, OutgoingClient, Repository, ValidationFailed
from muniment.testing.partners import Answered, Asked, played
from muniment_notifications.posting import PAUSES

pytestmark = pytest.mark.plugins("notifications", "probe")

PAGE = "/me/notifications/settings/webhooks"


class Receiver:
    """A program at `url` that takes what is sent, or answers with `answer`."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[Asked] = []
        self.answer = Answered(204)

    def __call__(self, asked: Asked) -> Answered:
        self.got.append(asked)
        return self.answer

    @property
    def texts(self) -> list[str]:
        return [one.json["data"]["text"] for one in self.got]


@pytest.fixture
def receiver(repository: Repository) -> Iterator[Receiver]:
    found = Receiver()
    repository.__dict__["outgoing"] = OutgoingClient(["127.0.0.1"])
    with played(found) as url:
        found.url = f"{url}/hook?k=1"
        yield found


def verified(asked: Asked, secret: str) -> Any:
    """What was sent, as the library of Standard Webhooks lets it through; raises for what is not signed so."""
    from standardwebhooks import Webhook

    return Webhook(secret).verify(asked.body, {name.lower(): value for name, value in asked.headers.items()})


def states(plugin: Any, person: Any, id: int) -> list[tuple[str, int, str]]:
    return [(one.state, one.tries, one.detail) for one in plugin.webhooks.log(person.subject, id)]


@pytest.mark.hook("register_event_handlers")
def test_what_is_told_is_sent_signed_and_in_the_language_of_its_owner(
    plugin: Any, happen: Any, ada: Any, grace: Any, receiver: Receiver, repository: Repository
) -> None:
    from standardwebhooks import WebhookVerificationError

    hook, secret = plugin.webhooks.make(ada.actor, ada.subject, receiver.url)
    repository.users.update_profile(ada.actor, ada.subject, {"locale": "de"})
    happen(ada, grace, titles=("Ebbe & Flut", "Second"), path="/records/7")
    happen(ada, title="Own", cause=ada.subject)
    first, second = receiver.got
    assert (first.method, first.path, first.headers["Content-Type"]) == ("POST", "/hook?k=1", "application/json")
    sent = verified(first, secret)
    assert sent["type"] == "probe.news"
    assert sent["data"]["text"].startswith("“Ebbe & Flut”")
    assert (sent["data"]["language"], sent["data"]["site"]) == ("de", "http://localhost:5000")
    assert sent["data"]["links"]["target"] == "http://localhost:5000/records/7"
    assert first.headers["webhook-id"] != second.headers["webhook-id"]
    with pytest.raises(WebhookVerificationError):
        verified(first, plugin.webhooks.make(ada.actor, ada.subject, receiver.url)[1])
    assert states(plugin, ada, hook.id) == [("sent", 1, ""), ("sent", 1, "")]

    renewed = plugin.webhooks.renew(ada.actor, ada.subject, hook.id)
    plugin.webhooks.remove(ada.actor, ada.subject, hook.id + 1)
    happen(ada, title="Third")
    assert verified(receiver.got[-1], secret) == verified(receiver.got[-1], renewed)
    with time_machine.travel(repository.now().timestamp() + 90_000, tick=False):
        happen(ada, title="Fourth")
        assert verified(receiver.got[-1], renewed)
        with pytest.raises(WebhookVerificationError):
            verified(receiver.got[-1], secret)
    with repository.database.read() as session:
        rows = str(session.execute(text("SELECT * FROM notifications_webhooks")).all())
    assert secret not in rows
    assert renewed not in rows


def test_each_type_is_sent_or_not_wherever_else_it_is_read(
    plugin: Any, happen: Any, ada: Any, receiver: Receiver
) -> None:
    plugin.webhooks.make(ada.actor, ada.subject, receiver.url)
    plugin.choices.change(ada.actor, ada.subject, {"probe.news": {"webhook": "off"}})
    plugin.choices.change(ada.actor, ada.subject, {"probe.gossip": {"site": "off", "mail": "never"}})
    happen(ada)
    assert receiver.got == []
    happen(ada, types=["probe.gossip"], title="Whispered")
    assert [one.json["type"] for one in receiver.got] == ["probe.gossip"]
    assert plugin.reading.list(ada.subject)[1] == 1


def test_what_does_not_arrive_is_tried_again_in_order_until_it_is_given_up(
    plugin: Any, happen: Any, ada: Any, receiver: Receiver, run_jobs: Any
) -> None:
    hook, secret = plugin.webhooks.make(ada.actor, ada.subject, receiver.url)
    receiver.answer = Answered(503)
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False) as clock:
        happen(ada, titles=("One", "Two"))
        assert receiver.texts == ["“One” was made by Nobody"]
        receiver.answer = Answered(429, headers={"Retry-After": "60"})
        clock.shift(PAUSES[0] + 1)
        run_jobs()
        clock.shift(PAUSES[1] + 1)
        receiver.answer = Answered(200)
        run_jobs()
        assert [one.partition("”")[0] for one in receiver.texts] == ["“One", "“One", "“One", "“Two"]
        assert len({one.headers["webhook-id"] for one in receiver.got}) == 2, "a retry has the id of the first try"
        assert verified(receiver.got[2], secret), "and is signed anew"
        assert states(plugin, ada, hook.id) == [("sent", 1, ""), ("sent", 3, "")]

        receiver.answer = Answered(500)
        happen(ada, titles=("Three", "Four"))
        for pause in PAUSES:
            assert not plugin.webhooks.get(ada.subject, hook.id).paused
            clock.shift(pause + 1)
            run_jobs()
        assert plugin.webhooks.get(ada.subject, hook.id).paused == "HTTP 500"
        assert states(plugin, ada, hook.id)[:2] == [("failed", 0, "paused"), ("failed", len(PAUSES) + 1, "HTTP 500")]
        (told, *_) = plugin.reading.list(ada.subject)[0]
        assert told.text == f"Your webhook at {hook.host} did not take what was sent, and is paused"
        assert told.path == f"{PAGE}/{hook.id}"

        receiver.got.clear()
        receiver.answer = Answered(200)
        happen(ada, title="Five")
        assert receiver.got == []
        plugin.webhooks.resume(ada.actor, ada.subject, hook.id)
        plugin.webhooks.send_again(ada.subject, hook.id, plugin.webhooks.log(ada.subject, hook.id)[0].id)
        run_jobs()
        assert [one.partition("”")[0] for one in receiver.texts] == ["“Four"]


def test_a_test_that_arrives_lets_what_waits_go_at_once(
    plugin: Any, happen: Any, ada: Any, receiver: Receiver, run_jobs: Any
) -> None:
    hook, secret = plugin.webhooks.make(ada.actor, ada.subject, receiver.url)
    receiver.answer = Answered(503)
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False):
        happen(ada)
        plugin.webhooks.test(ada.actor, ada.subject, hook.id)
        run_jobs()
        assert states(plugin, ada, hook.id) == [("failed", 1, "HTTP 503"), ("waiting", 1, "HTTP 503")]
        assert not plugin.webhooks.get(ada.subject, hook.id).paused
        receiver.answer, receiver.got[:] = Answered(200), []
        plugin.webhooks.test(ada.actor, ada.subject, hook.id)
        run_jobs()
        assert [verified(one, secret)["type"] for one in receiver.got] == ["notifications.test", "probe.news"]


@pytest.mark.parametrize(("answer", "reason"), [(410, "HTTP 410"), (0, "forbidden")])
def test_an_address_that_is_gone_or_inside_is_paused_at_once(
    plugin: Any, happen: Any, ada: Any, receiver: Receiver, repository: Repository, answer: int, reason: str
) -> None:
    hook, _secret = plugin.webhooks.make(ada.actor, ada.subject, receiver.url)
    receiver.answer = Answered(answer or 200)
    if not answer:
        repository.__dict__["outgoing"] = OutgoingClient()
    happen(ada)
    assert plugin.webhooks.get(ada.subject, hook.id).paused == reason
    assert len(receiver.got) == (1 if answer else 0)


@pytest.mark.parametrize(
    "url", ["", "example.org", "http://example.org/", "ftp://example.org", "https://a:b@example.org", "https://x:y/"]
)
def test_only_addresses_of_web_servers_are_taken(plugin: Any, ada: Any, url: str) -> None:
    with pytest.raises(ValidationFailed):
        plugin.webhooks.make(ada.actor, ada.subject, url)


def test_a_person_has_five_at_most_and_nobody_elses(plugin: Any, ada: Any, grace: Any, panel_of: Any) -> None:
    for number in range(5):
        hook, _secret = plugin.webhooks.make(ada.actor, ada.subject, f"https://example.org/{number}")
    with pytest.raises(Conflict):
        plugin.webhooks.make(ada.actor, ada.subject, "https://example.org/6")
    stranger = panel_of(grace)
    stranger.get(f"{PAGE}/{hook.id}", status=404)
    for deed in ("test", "renew", "resume", "remove", "again"):
        stranger.post(f"{PAGE}/{hook.id}", status=404, do=deed, delivery="1")
    assert len(plugin.webhooks.list(ada.subject)) == 5
    stranger.get(f"{PAGE}/{'9' * 30}", status=404)
    panel_of(ada).post(f"{PAGE}/{hook.id}", status=404, do="dance")


@pytest.mark.hook("register_notification_types", "register_blueprints")
def test_it_is_looked_after_on_its_pages(
    plugin: Any, happen: Any, ada: Any, panel_of: Any, receiver: Receiver, run_jobs: Any, panel: Any
) -> None:
    page = panel_of(ada)
    assert "Make a webhook" in page.get("/me/notifications/settings")
    assert "must begin with https://" in page.post(PAGE, status=422, url="http://example.org/x")
    made = page.post(PAGE, status=200, url=receiver.url)
    secret = made.partition('id="webhook-secret">')[2].partition("<")[0]
    (hook,) = plugin.webhooks.list(ada.subject)
    path = f"{PAGE}/{hook.id}"
    assert secret.startswith("whsec_")
    assert secret not in page.get(path)
    assert "A test is on its way" in page.post(path, do="test")
    run_jobs()
    assert verified(receiver.got[0], secret)["type"] == "notifications.test"
    assert "Sent</span>" in page.get(path)
    assert "To your webhooks" in page.get("/me/notifications/settings")

    receiver.answer = Answered(410)
    happen(ada, title="Lost")
    shown = page.get(path)
    assert "This webhook is paused" in shown
    assert "HTTP 410" in shown
    assert "Webhook</span>" in panel.get("/control/notifications?outcome=failed")
    assert "Paused" in page.get(PAGE)
    receiver.answer = Answered(200)
    assert "Notifications are sent again" in page.post(path, do="resume")
    failed = next(one for one in plugin.webhooks.log(ada.subject, hook.id) if one.state == "failed")
    assert "It is sent once more" in page.post(path, do="again", delivery=failed.id)
    run_jobs()
    assert receiver.texts[-1].startswith("“Lost”")
    page.post(path, status=404, do="again", delivery=failed.id)
    assert "The secret of this webhook" in page.post(path, status=200, do="renew")
    assert "The webhook is removed" in page.post(path, do="remove")
    page.get(path, status=404)


def test_nobody_tests_without_end(plugin: Any, ada: Any, panel_of: Any) -> None:
    hook, _secret = plugin.webhooks.make(ada.actor, ada.subject, "https://example.org/hook")
    for _ in range(20):
        plugin.webhooks.test(ada.actor, ada.subject, hook.id)
    assert "Too many attempts" in panel_of(ada).post(f"{PAGE}/{hook.id}", status=429, do="test")


def test_whose_account_cannot_be_used_is_sent_nothing(
    plugin: Any, ada: Any, receiver: Receiver, repository: Repository, run_jobs: Any
) -> None:
    hook, _secret = plugin.webhooks.make(ada.actor, ada.subject, receiver.url)
    plugin.webhooks.test(ada.actor, ada.subject, hook.id)
    repository.users.deactivate(ada.subject)
    run_jobs()
    assert receiver.got == []
    assert states(plugin, ada, hook.id) == [("failed", 0, "paused")]


def test_a_secret_that_cannot_be_read_pauses_and_says_so(
    plugin: Any, happen: Any, ada: Any, receiver: Receiver, repository: Repository, panel_of: Any
) -> None:
    hook, _secret = plugin.webhooks.make(ada.actor, ada.subject, receiver.url)
    other, _secret = plugin.webhooks.make(ada.actor, ada.subject, receiver.url)
    with repository.database.write() as unit:  # what is encrypted belongs to one webhook
        unit.session.execute(
            text(
                "UPDATE notifications_webhooks SET secrets = (SELECT secrets FROM notifications_webhooks WHERE id = :a)"
            ),
            {"a": other.id},
        )
    happen(ada)
    assert [one.json["type"] for one in receiver.got] == ["probe.news", "notifications.webhook"], "the other gets both"
    assert "the secret cannot be read any more" in panel_of(ada).get(f"{PAGE}/{hook.id}")


@pytest.mark.parametrize(("asked", "waits"), [("60", 60.0), ("999999", 86_400.0), ("-5", 0.0), ("Fri, 31 Dec", 0.0)])
def test_a_receiver_can_ask_to_wait_but_not_for_ever(asked: str, waits: float) -> None:
    from muniment.api import OutgoingAnswer
    from muniment_notifications.posting import Parcel, Poster

    def request(*_args: Any, **_more: Any) -> OutgoingAnswer:
        return OutgoingAnswer(503, {"retry-after": asked}, "https://example.org")

    poster = Poster(SimpleNamespace(outgoing=SimpleNamespace(request=request), database=None))  # type: ignore[arg-type]
    assert poster.posted(Parcel("https://example.org", {}, b"", is_test=False)).wait == waits


@pytest.mark.hook("privacy_categories")
def test_the_log_is_kept_for_thirty_days(
    plugin: Any, happen: Any, ada: Any, receiver: Receiver, repository: Any
) -> None:
    hook, _secret = plugin.webhooks.make(ada.actor, ada.subject, receiver.url)
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False) as clock:
        happen(ada)
        clock.shift(31 * 86_400)
        assert repository.privacy.sweep()["notifications.deliveries"] == 1
    assert plugin.webhooks.log(ada.subject, hook.id) == []


def test_where_the_operator_wants_none_there_is_none(repository: Repository, ada: Any) -> None:
    from muniment.testing.panel import Panel
    from muniment.web.app import create_app

    repository.plugin_settings.change("notifications", {"webhooks": False}, SYSTEM)
    without = repository.successor()
    own = next(one.plugin for one in without.generation.plugins if one.name == "notifications")
    assert not own.has_webhooks
    assert [one.name for one in own.register_event_handlers()] == ["notifications.write", "notifications.mail"]
    assert [one.id for one in own.register_notification_types()] == ["notifications.deleted"]
    page = Panel(create_app(without).test_client(), ada)
    page.get(PAGE, status=404)
    assert "Make a webhook" not in page.get("/me/notifications/settings")
