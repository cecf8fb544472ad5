"""Requests: making, deciding, changing and locking them. Every way in goes through here."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select

from muniment.api import (
    SYSTEM,
    Actor,
    Conflict,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    Repository,
    UnitOfWork,
)
from muniment_requests.access import ACTIONS, find, is_theirs, may_change, may_lock, state_for
from muniment_requests.attachments import Attachments
from muniment_requests.concerned import concerned
from muniment_requests.conversation import Conversation, mark_seen, said_by
from muniment_requests.declared import Declared
from muniment_requests.events import RequestActed
from muniment_requests.listing import Asked, Found, count_requests, list_requests, neighbours, receivers
from muniment_requests.models import PartLabel, RequestRow
from muniment_requests.parties import Party
from muniment_requests.rendering import request_json
from muniment_requests.request import (
    COMMENT,
    CREATED,
    CREATOR,
    LOG,
    OUTCOMES,
    RECEIVER,
    REVIEWER,
    REVIEWERS,
    SUBMITTED,
    Request,
)
from muniment_requests.texts import LONGEST_TITLE, checked_html, checked_payload, checked_title

MOST_REVIEWERS = 15


class RequestService:
    """The requests of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database
        self.declared = Declared(repository)
        self.conversation = Conversation(repository)
        self.attachments = Attachments(repository)

    def create(
        self,
        actor: Actor,
        type: str,
        *,
        receiver: Party,
        topic: Party | None = None,
        title: str = "",
        title_values: Mapping[str, str] | None = None,
        description: str = "",
        payload: Mapping[str, Any] | None = None,
        submit: bool = True,
        unit: UnitOfWork | None = None,
        creator: Party | None = None,
        also: Sequence[Party] = (),
    ) -> Request:
        """Ask `receiver` for something; whether `actor` may is for the caller to know.

        With `unit` it is written in that transaction. `creator` is whom the actor asks for, when that is somebody
        without an account; `also` are parties who may decide it besides the receiver. Given `title_values`, `title` is
        an English text with places for them, like ``Invitation to join %(community)s``, which is looked up in the
        catalogues for whoever reads it; the plugin marks it for translators. Raises `Conflict` when the same
        is asked by an open request already, and `ValidationFailed`.
        """
        if type not in self.declared.types:
            raise InvalidRequest(f"There is no type of requests called '{type}'.")
        values = {name: value[:LONGEST_TITLE] for name, value in (title_values or {}).items()}
        words = {"text": title, "values": values} if values else None
        title = checked_title((title % values)[:LONGEST_TITLE] if values else title)
        description = checked_html("description", description)
        row = RequestRow(
            id=str(uuid.uuid4()),
            type=type,
            title=title,
            title_words=words,
            description=description,
            status=CREATED,
            creator=(creator or said_by(actor)).text,
            subject=actor.subject,
            receiver=receiver.text,
            topic=topic.text if topic else "",
            reviewers=[],
            payload=dict(payload or {}),
            locked=False,
            revision=1,
            last_entry=0,
        )
        if unit is None:
            with self.database.write() as own:
                return self._create(own, actor, row, [receiver, *also], submit)
        return self._create(unit, actor, row, [receiver, *also], submit)

    def _create(
        self, unit: UnitOfWork, actor: Actor, row: RequestRow, receivers: Sequence[Party], submit: bool
    ) -> Request:
        self._refuse_second(unit, row)
        row.created = row.updated = row.active = unit.now
        unit.session.add(row)
        unit.session.flush()
        creator = Party.of(row.creator)
        if actor.subject is not None:
            mark_seen(unit.session, actor.subject, row.number, 0)
        self._label(unit, row.number, CREATOR, self.declared.labels(creator))
        self._label(unit, row.number, RECEIVER, self.declared.receiving(row.type, receivers))
        unit.audit("requests.created", f"request:{row.number}", actor, type=row.type)
        if submit:
            self._decided(unit, actor, row, "submit", creator)
        return Request.of(row, frozenset({CREATOR}))

    def _refuse_second(self, unit: UnitOfWork, row: RequestRow) -> None:
        if not row.topic or self.declared.type(row.type).repeats:
            return
        self._one_at_a_time(unit, row.topic)
        same = select(RequestRow.id).where(
            RequestRow.topic == row.topic,
            RequestRow.type == row.type,
            RequestRow.creator == row.creator,
            RequestRow.receiver == row.receiver,
            RequestRow.status.in_((CREATED, SUBMITTED)),
        )
        if (other := unit.session.execute(same).scalar()) is not None:
            raise Conflict("You have asked for this already, and it is not decided yet.", values={"request": other})

    def _one_at_a_time(self, unit: UnitOfWork, topic: str) -> None:
        """Let nobody else ask about a topic until the transaction ends: what two clicks ask at once is the same."""
        if not self.database.is_sqlite:  # which has one writer at a time anyway
            unit.connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"requests:{topic}"))))

    def get(self, actor: Actor, id: str) -> Request:
        """A request that the actor takes part in; raises `NotFound`."""
        with self.database.read() as session:
            row, parts = find(session, actor, id)
            return Request.of(row, parts)

    def json(self, actor: Actor, request: Request) -> dict[str, Any]:
        """A request as the API writes it."""
        return self.all_json(actor, [request])[0]

    def all_json(self, actor: Actor, requests: Sequence[Request]) -> Sequence[dict[str, Any]]:
        """Requests as the API writes them; at most two statements for what was said last in each."""
        site, last = self.repository.config.site.url.rstrip("/"), self.conversation.last(requests)
        ids = self.conversation.ids([*last.values()])
        return [request_json(site, actor, one, last.get(one.number), ids) for one in requests]

    def about(self, actor: Actor, type: str, topic: Party, creator: Party | None = None) -> Request | None:
        """The open request of a type about a topic that the actor, or `creator`, has made; or None."""
        statement = select(RequestRow).where(
            RequestRow.topic == topic.text,
            RequestRow.type == type,
            RequestRow.creator == (creator or said_by(actor)).text,
            RequestRow.status.in_((CREATED, SUBMITTED)),
        )
        with self.database.read() as session:
            row = session.execute(statement).scalars().first()
            return Request.of(row, frozenset({CREATOR})) if row else None

    def statuses(self, ids: Sequence[str]) -> dict[str, str]:
        """The states of requests by id, whoever takes part in them; one statement."""
        with self.database.read() as session:
            rows = session.execute(select(RequestRow.id, RequestRow.status).where(RequestRow.id.in_(ids)))
            return {row.id: row.status for row in rows}

    def topic_for(self, actor: Actor, number: str) -> str:
        """The id of a record or draft, when the actor may see it; raises `NotFound`, `PermissionDenied` and `Gone`."""
        try:
            return self.repository.records.read(actor, number).id
        except NotFound:
            return self.repository.records.read_draft(actor, number).id

    def list(self, actor: Actor, asked: Asked) -> Found:
        """The requests that the actor takes part in, as far as `asked` goes."""
        if not actor.is_authenticated:
            raise PermissionDenied()
        with self.database.read() as session:
            return list_requests(session, actor, asked)

    def count(self, actor: Actor, asked: Asked) -> int:
        """How many requests such a list holds on all of its pages."""
        with self.database.read() as session:
            return count_requests(session, actor, asked)

    def list_all(self, actor: Actor, asked: Asked) -> Found:
        """The requests of everybody, for administrators."""
        if not actor.is_administrator:
            raise PermissionDenied()
        with self.database.read() as session:
            return list_requests(session, actor, asked, everybody=True)

    def neighbours(self, actor: Actor, request: Request, asked: Asked) -> tuple[str, str]:
        """The ids of the requests before and after one in a list of the actor's; empty where there is none."""
        with self.database.read() as session:
            return neighbours(session, actor, request, asked)

    def receivers(self, actor: Actor) -> list[Party]:
        """The groups, communities and the like of which requests are asked that the actor takes part in."""
        with self.database.read() as session:
            return [Party.of(one) for one in receivers(session, actor)]

    def act(
        self,
        actor: Actor,
        id: str,
        action: str,
        content: str = "",
        *,
        sent: Mapping[str, Any] | None = None,
        by: Party | None = None,
        files: Sequence[str] = (),
    ) -> Request:
        """Take an action, with a comment (and its files) or without. `sent` is what the terms of the type read when it
        is accepted; `by` is whom the actor acts for.

        Raises `NotFound`, `PermissionDenied`, `InvalidRequest` when the request is not in the state for it, `Conflict`
        when somebody else was quicker, and what the type raises; nothing is changed then.
        """
        if action not in ACTIONS:
            raise NotFound(f"There is no action called '{action}'.")
        comment = checked_html("payload.content", content)
        request = self.get(actor, id)
        if not is_theirs(actor, request, action):
            raise PermissionDenied()
        if request.status != state_for(action):
            raise InvalidRequest(f"This request is {request.status}: one cannot {action} it.")
        kind = self.declared.type(request.type)
        if request.type not in self.declared.types and action not in ("cancel", "submit"):
            raise InvalidRequest("What this request is about is switched off; it waits until that is on again.")
        settled = kind.terms.read(request, sent or {}) if kind.terms is not None and action == "accept" else {}
        request = replace(request, payload={**request.payload, **settled})

        def decided(unit: UnitOfWork) -> None:
            row = unit.session.get(RequestRow, request.number, with_for_update=True, populate_existing=True)
            if row is None or row.status != request.status:
                raise Conflict("Somebody else has decided this request meanwhile; load it again.")
            if comment:
                self.conversation.write(unit, actor, row, COMMENT, content=comment, by=by, files=files)
            row.payload = {**row.payload, **settled}
            self._decided(unit, actor, row, action, by)

        carry_out = kind.carry_out.get(action)
        if carry_out is None:
            with self.database.write() as unit:
                decided(unit)
        else:
            carry_out(self.repository, actor, request, decided)
        return self.get(actor, id)

    def _decided(self, unit: UnitOfWork, actor: Actor, row: RequestRow, action: str, by: Party | None = None) -> None:
        row.status = OUTCOMES[action]
        if action == "submit":
            open_for = self.declared.type(row.type).open_for
            row.expires = unit.now + open_for if open_for else None
        else:
            row.closed = unit.now
            self.conversation.write(unit, actor, row, LOG, payload={"event": row.status}, by=by)
        row.updated, row.revision = unit.now, row.revision + 1
        unit.session.flush()
        unit.emit(RequestActed(row.number, row.type, actor.subject, action))
        unit.audit(f"requests.{row.status}", f"request:{row.number}", actor, type=row.type)

    def record(self, unit: UnitOfWork, actor: Actor, id: str, action: str, content: str = "") -> Request:
        """Write into a transaction that an action was taken, with a comment or without; the caller carries it out there
        and knows that the actor may. Raises `Conflict` when the request is not in the state for it."""
        comment = checked_html("payload.content", content)
        statement = select(RequestRow).where(RequestRow.id == id).with_for_update()
        row = unit.session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
        if row is None or row.status != state_for(action):
            raise Conflict("Somebody else has decided this request meanwhile; load it again.")
        if comment:
            self.conversation.write(unit, actor, row, COMMENT, content=comment)
        self._decided(unit, actor, row, action)
        return Request.of(row)

    def forget_unsent(self, unit: UnitOfWork, id: str) -> None:
        """Remove a request in a transaction if it was never submitted."""
        unit.session.execute(delete(RequestRow).where(RequestRow.id == id, RequestRow.status == CREATED))

    def forget_unsent_about(self, unit: UnitOfWork, type: str, topic: Party) -> None:
        """Remove requests of a type about something that is gone, if they were never submitted."""
        unsent = (RequestRow.topic == topic.text, RequestRow.type == type, RequestRow.status == CREATED)
        unit.session.execute(delete(RequestRow).where(*unsent))

    def concerned(self, number: int) -> tuple[Request, Mapping[int, frozenset[str]]] | None:
        """A request by its number, as events name it, and the accounts that are told of it with their parts (creator,
        receiver, reviewer, speaker); None when it is gone."""
        return concerned(self.repository, self.declared, number)

    def change(self, actor: Actor, id: str, changes: Mapping[str, Any]) -> Request:
        """Correct title, description or payload, name reviewers. Raises `PermissionDenied` and `ValidationFailed`."""
        with self.database.write() as unit:
            row, parts = find(unit.session, actor, id, to_change=True)
            if not may_change(actor, Request.of(row, parts)):
                raise PermissionDenied()
            if "title" in changes:
                row.title, row.title_words = checked_title(changes["title"]), None
            if "description" in changes:
                row.description = checked_html("description", changes["description"])
            if "payload" in changes and row.status == CREATED:
                row.payload = checked_payload(changes["payload"])
            if "reviewers" in changes:
                self._review(unit, actor, row, _reviewers(changes["reviewers"]))
            row.updated, row.revision = unit.now, row.revision + 1
            unit.session.flush()
            return Request.of(row, parts)

    def set_terms(self, actor: Actor, id: str, sent: Mapping[str, Any]) -> None:
        """Write down the terms of an open request without accepting it; whoever accepts and says none takes these. For
        those who decide. Raises `NotFound`, `PermissionDenied`, `Conflict` and what the terms raise."""
        with self.database.write() as unit:
            row, parts = find(unit.session, actor, id, to_change=True)
            request, kind = Request.of(row, parts), self.declared.type(row.type)
            if not is_theirs(actor, request, "accept"):
                raise PermissionDenied()
            if row.status != SUBMITTED:
                raise Conflict("Somebody else has decided this request meanwhile; load it again.")
            settled = kind.terms.read(request, sent) if kind.terms is not None else {}
            row.payload = {**row.payload, **settled}
            row.updated, row.revision = unit.now, row.revision + 1
            unit.audit("requests.terms_set", f"request:{row.number}", actor, **settled)

    def _review(self, unit: UnitOfWork, actor: Actor, row: RequestRow, wanted: Sequence[Party]) -> None:
        unknown = set(wanted) - self.declared.shown(actor, wanted).keys()
        if unknown:
            raise InvalidRequest(f"Nobody is known as {', '.join(sorted(one.text for one in unknown))}.")
        if [one.text for one in wanted] == row.reviewers:
            return
        row.reviewers = [one.text for one in wanted]
        unit.session.execute(delete(PartLabel).where(PartLabel.request == row.number, PartLabel.part == REVIEWER))
        labels = frozenset(label for one in wanted for label in self.declared.labels(one))
        self._label(unit, row.number, REVIEWER, labels)
        payload = {"event": "reviewers_updated", "reviewers": [one.json for one in wanted]}
        self.conversation.write(unit, actor, row, REVIEWERS, payload=payload)
        unit.audit("requests.reviewers_changed", f"request:{row.number}", actor, reviewers=row.reviewers)

    def _label(self, unit: UnitOfWork, number: int, part: str, labels: frozenset[str]) -> None:
        if labels:
            rows = [{"label": label, "part": part, "request": number} for label in sorted(labels)]
            unit.session.execute(insert(PartLabel), rows)

    def lock(self, actor: Actor, id: str, *, locked: bool) -> None:
        """End the conversation for all but receivers, or open it again."""
        with self.database.write() as unit:
            row, parts = find(unit.session, actor, id, to_change=True)
            if not may_lock(actor, Request.of(row, parts)):
                raise PermissionDenied()
            if row.locked == locked:
                return
            row.locked, row.updated, row.revision = locked, unit.now, row.revision + 1
            self.conversation.write(unit, actor, row, LOG, payload={"event": "locked" if locked else "unlocked"})
            unit.audit(f"requests.{'locked' if locked else 'unlocked'}", f"request:{row.number}", actor)

    def delete(self, actor: Actor, id: str) -> None:
        """Remove a request that was not submitted yet; what others have read stays. Raises `PermissionDenied`."""
        with self.database.write() as unit:
            row, parts = find(unit.session, actor, id, to_change=True)
            if row.status != CREATED or CREATOR not in parts:
                raise PermissionDenied("Only who made a request can delete it, and only before it is submitted.")
            unit.session.execute(delete(RequestRow).where(RequestRow.number == row.number))
            unit.audit("requests.deleted", f"request:{row.number}", actor, type=row.type)

    def forget_closed(self, unit: UnitOfWork, before: datetime) -> int:
        """Remove requests that were closed before a moment, with their conversations; returns how many."""
        done = unit.session.execute(delete(RequestRow).where(RequestRow.closed < before))
        return int(getattr(done, "rowcount", 0))

    def readdress(self, unit: UnitOfWork, id: str, receiver: Party, also: Sequence[Party] = ()) -> None:
        """Let somebody else decide an open request, when what it is about is theirs now; one that is closed, or is
        theirs already, stays as it is."""
        row = unit.session.execute(select(RequestRow).where(RequestRow.id == id).with_for_update()).scalar_one_or_none()
        if row is None or row.status not in (CREATED, SUBMITTED) or row.receiver == receiver.text:
            return
        row.receiver, row.updated, row.revision = receiver.text, unit.now, row.revision + 1
        unit.session.execute(delete(PartLabel).where(PartLabel.request == row.number, PartLabel.part == RECEIVER))
        self._label(unit, row.number, RECEIVER, self.declared.receiving(row.type, [receiver, *also]))
        unit.audit("requests.readdressed", f"request:{row.number}", SYSTEM, receiver=receiver.text)

    def open_about(self, topic: Party, type: str) -> Sequence[str]:
        """The ids of the open requests of a type about something, whoever made them."""
        statement = select(RequestRow.id).where(
            RequestRow.topic == topic.text, RequestRow.type == type, RequestRow.status.in_((CREATED, SUBMITTED))
        )
        with self.database.read() as session:
            return list(session.execute(statement).scalars())

    def close_about(self, topic: Party) -> None:
        """Close what is asked about something that is gone, or of it."""
        concerned = or_(RequestRow.topic == topic.text, RequestRow.receiver == topic.text)
        open_ones = select(RequestRow.id).where(concerned, RequestRow.status == SUBMITTED)
        with self.database.read() as session:
            found = list(session.execute(open_ones).scalars())
        for id in found:
            with self.database.write() as unit:
                row, _parts = find(unit.session, SYSTEM, id, to_change=True)
                if row.status == SUBMITTED:
                    self._decided(unit, SYSTEM, row, "cancel")


def _reviewers(sent: object) -> list[Party]:
    if not isinstance(sent, list) or len(sent) > MOST_REVIEWERS:
        raise InvalidRequest(f"'reviewers' is a list of at most {MOST_REVIEWERS} parties.")
    found = list(dict.fromkeys(Party.read(one) for one in sent))
    if any(one.kind not in ("user", "group") for one in found):
        raise InvalidRequest("Reviewers are people and groups.")
    return found
