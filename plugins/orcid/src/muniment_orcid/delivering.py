"""Brings people's ORCID records to the present state of their records here. Everything can be repeated without harm."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from muniment.api import SYSTEM, CannotDecrypt, LogEntry, MunimentError, NotFound, RetryLater
from muniment_orcid.claims import Claims
from muniment_orcid.member_api import Answer, MemberAPI
from muniment_orcid.models import Permission, Work
from muniment_orcid.permissions import (
    ADDED,
    ENDED,
    LEAVING,
    ON,
    REFUSED,
    REMOVED,
    STOPPING,
    WAITING,
    Permissions,
)
from muniment_orcid.works import orcids_of, work_document

if TYPE_CHECKING:
    from muniment.api import PluginContext

GONE: Final = 410


class Delivering:
    """Does what the events of this plugin ask for. Raises `RetryLater` while ORCID is away."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.repository = context.repository
        self.permissions = Permissions(context)
        self.claims = Claims(context)
        self.api = MemberAPI(context.settings)

    def follow(self, entry: LogEntry) -> None:
        """Handle one of the plugin's events."""
        row = self.permissions.find(int(entry.payload["user_id"]))
        if row is None:
            return
        if row.state in (LEAVING, STOPPING):
            self._end(row)
        elif row.state == ON and self.permissions.orcid_of(row.user_id) == row.orcid and self.context.settings.works:
            parents = [int(entry.payload["parent_id"])] if "parent_id" in entry.payload else self._parents(row.user_id)
            for parent_id in parents:
                self.bring(row, parent_id)

    def bring(self, row: Permission, parent_id: int) -> None:
        """Add, change or take out one record on one ORCID record."""
        work = self.permissions.work(row.user_id, parent_id)
        if work is not None and work.state == REMOVED:
            return
        record = self._wanted(row, parent_id, work)
        if record is None:
            if work is not None:
                self._take_out(row, work)
            return
        authenticated = {row.orcid, *self.claims.orcids(parent_id)}
        digest = hashlib.sha256(work_document(record, authenticated)).hexdigest()
        if work is not None and work.state == ADDED and work.digest == digest:
            return
        answer = self._told(row, parent_id, lambda token: self._put(row, token, work, record, authenticated))
        if answer is not None:
            self._write(row, parent_id, work, digest, answer)

    def _put(
        self, row: Permission, token: str, work: Work | None, record: Mapping[str, Any], authenticated: set[str]
    ) -> Answer:
        if work is not None and work.put_code:
            document = work_document(record, authenticated, work.put_code)
            return self.api.change(row.orcid, token, work.put_code, document)
        answer = self.api.add(row.orcid, token, work_document(record, authenticated))
        if answer.status == 409 and answer.put_code:
            # It was added, and the answer to that never came here.
            document = work_document(record, authenticated, answer.put_code)
            changed = self.api.change(row.orcid, token, answer.put_code, document)
            return Answer(changed.status, changed.words, answer.put_code)
        return answer

    def _write(self, row: Permission, parent_id: int, work: Work | None, digest: str, answer: Answer) -> None:
        put_code = answer.put_code or (work.put_code if work is not None else "")
        if answer.is_done and put_code:
            values = {"state": ADDED, "digest": digest, "put_code": put_code}
        elif answer.status == 404 and work is not None and work.put_code:
            # The person took it out at ORCID; it is theirs to decide, so it stays out.
            values = {"state": REMOVED}
        else:
            values = {"state": REFUSED}
        self.permissions.write_work(row.user_id, parent_id, answer=answer.words, **values)

    def _take_out(self, row: Permission, work: Work) -> bool:
        """Remove a work from the ORCID record; returns whether it is not there any more."""
        if work.put_code and work.state != REMOVED:
            put_code = work.put_code
            answer = self._told(row, work.parent_id, lambda token: self.api.remove(row.orcid, token, put_code))
            if answer is None:
                return False
            if not answer.is_done and answer.status not in (404, 410):
                self.permissions.write_work(row.user_id, work.parent_id, state=REFUSED, answer=answer.words)
                return False
        self.permissions.forget_work(row.user_id, work.parent_id)
        return True

    def _told(self, row: Permission, parent_id: int, ask: Any) -> Answer | None:
        """ORCID's answer; None when the person has taken the permission back there."""
        try:
            token = self.permissions.token_of(row)
            answer: Answer = ask(token)
        except RetryLater as error:
            self.permissions.write_work(row.user_id, parent_id, state=WAITING, answer=str(error))
            raise
        except CannotDecrypt:
            answer = Answer(401, "the token was encrypted with another key")
        if answer.status == 401:
            self.permissions.set_state(row.user_id, ENDED)
            self.permissions.write_work(row.user_id, parent_id, state=WAITING, answer=answer.words)
            return None
        return answer

    def _end(self, row: Permission) -> None:
        """Take out what was added if the person wants that, give the token back, and forget all of it."""
        if row.state == LEAVING:
            for listed in self.permissions.works_of(row.user_id):
                work = self.permissions.work(row.user_id, listed.parent_id)
                if work is not None and not self._take_out(row, work):
                    break
        try:
            token = self.permissions.token_of(row)
        except CannotDecrypt:
            token = ""
        if token:
            self.api.revoke(token)
        self.permissions.forget(row.user_id)

    def _wanted(self, row: Permission, parent_id: int, work: Work | None) -> Mapping[str, Any] | None:
        """The newest version, if it belongs on this ORCID record: public, with the iD among its creators, and a record
        of the person's (or one that was, when it was added)."""
        record = self._newest(parent_id)
        if record is None or record["access"]["record"] != "public" or row.orcid not in orcids_of(record):
            return None
        if work is not None and work.put_code:
            return record
        handle = self.repository.records.parents([parent_id]).get(parent_id)
        return record if handle is not None and handle.owner == row.user_id else None

    def _newest(self, parent_id: int) -> Mapping[str, Any] | None:
        records = self.repository.records
        try:
            return records.read(SYSTEM, records.latest(SYSTEM, records.public_id(parent_id))).data
        except NotFound:
            return None
        except MunimentError as error:
            if error.status != GONE:
                raise
            return None

    def _parents(self, user_id: int) -> list[int]:
        """Everything of somebody's, and what stands on their ORCID record."""
        users = self.repository.users
        actor = users.actor_for_user(users.get(user_id))
        own = [item.data["parent"]["id"] for item in self.repository.records.every_upload(actor)]
        numbers = {int(self.repository.records.number_of(number)) for number in own}
        return sorted(numbers | {work.parent_id for work in self.permissions.works_of(user_id)})
