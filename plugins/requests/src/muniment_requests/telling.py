"""Who is told of what happens to requests, and in which words."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import TYPE_CHECKING, Final

from flask_babel import lazy_gettext

from muniment.api import LogEntry, Notification, NotificationType, Repository
from muniment_requests.events import RequestActed, RequestCommented, RequestExpiring
from muniment_requests.inbox import PATH
from muniment_requests.models import Entry
from muniment_requests.parties import names_of
from muniment_requests.request import CREATOR, RECEIVER, REVIEWER, Request

if TYPE_CHECKING:
    from muniment_requests.service import RequestService


def _(text: str) -> str:
    """Marks a text for translators; it is looked up when it is read."""
    return text


_DECIDED: Final = {
    "accept": _("“%(title)s” was accepted"),
    "decline": _("“%(title)s” was declined"),
    "expire": _("“%(title)s” expired: nobody decided in time"),
    "cancel": _("“%(title)s” was withdrawn"),
}
EVERYBODY: Final = frozenset({CREATOR, RECEIVER, REVIEWER})


def notification_types(requests: RequestService) -> list[NotificationType]:
    telling = Telling(requests)
    declared = (
        ("requests.new", lazy_gettext("Somebody asks something of you"), RequestActed.name, telling.of_new),
        (
            "requests.comment",
            lazy_gettext("Somebody writes in a request that you take part in"),
            RequestCommented.name,
            telling.of_comment,
        ),
        (
            "requests.decided",
            lazy_gettext("A request that you take part in is decided, withdrawn or over"),
            RequestActed.name,
            telling.of_decision,
        ),
        (
            "requests.expiring",
            lazy_gettext("A request that waits for you ends soon"),
            RequestExpiring.name,
            telling.of_end,
        ),
    )
    group = lazy_gettext("Requests")
    return [NotificationType(id, title, group, (event,), tell, order=10) for id, title, event, tell in declared]


class Telling:
    """Finds whom a request concerns. Who only has said something may have left since, and hears no more."""

    def __init__(self, requests: RequestService) -> None:
        self.requests = requests

    def of_new(self, repository: Repository, entry: LogEntry) -> Iterable[Notification]:
        if entry.payload["action"] != "submit":
            return
        text = _("%(person)s asks: “%(title)s”"), _("Somebody asks: “%(title)s”")
        yield from self._about(repository, entry, {RECEIVER, REVIEWER}, *text)

    def of_comment(self, repository: Repository, entry: LogEntry) -> Iterable[Notification]:
        with repository.database.read() as session:
            line = session.get(Entry, int(entry.payload["comment"]))
        if line is None or line.removed:
            return
        text = _("%(person)s wrote about “%(title)s”"), _("Somebody wrote about “%(title)s”")
        yield from self._about(repository, entry, EVERYBODY, *text, f"#commentevent-{line.id}")

    def of_decision(self, repository: Repository, entry: LogEntry) -> Iterable[Notification]:
        action = entry.payload["action"]
        if action in _DECIDED:
            to = EVERYBODY if action in ("cancel", "expire") else {CREATOR, REVIEWER}
            yield from self._about(repository, entry, to, _DECIDED[action], _DECIDED[action])

    def of_end(self, repository: Repository, entry: LogEntry) -> Iterable[Notification]:
        text = _("“%(title)s” ends within a week and waits for a decision")
        yield from self._about(repository, entry, {RECEIVER, REVIEWER}, text, text)

    def _about(
        self,
        repository: Repository,
        entry: LogEntry,
        parts: Set[str],
        text: str,
        without_person: str,
        anchor: str = "",
    ) -> Iterable[Notification]:
        """What those with one of `parts` are told; `without_person` where nobody did it, or nobody who is there."""
        found = self.requests.concerned(int(entry.payload["request"]))
        if found is None:
            return
        request, people = found
        cause = entry.payload["subject_id"]
        person = names_of(repository, [cause]).get(cause, "")
        values, words = self._title(request)
        if person and "%(person)s" in text:
            values["person"] = person
        yield Notification(
            to=frozenset(subject for subject, theirs in people.items() if not theirs.isdisjoint(parts)),
            text=text if person else without_person,
            path=f"{PATH}/{request.id}{anchor}",
            values=values,
            words=words,
            cause=cause,
        )

    def _title(self, request: Request) -> tuple[dict[str, str], dict[str, str]]:
        """What a request is called, as values of the sentence and as words of it that are looked up."""
        if request.title_text:
            return dict(request.title_values), {"title": request.title_text}
        if request.title:
            return {"title": request.title}, {}
        return {}, {"title": str(self.requests.declared.type(request.type).title)}
