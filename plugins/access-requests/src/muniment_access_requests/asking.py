"""Asking for access: which records can be asked for, by whom, and what people with an account ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import escape
from marshmallow import ValidationError as SchemaError

from muniment.api import (
    ANONYMOUS,
    Actor,
    Conflict,
    InvalidRequest,
    NotFound,
    ParentHandle,
    PermissionDenied,
    PluginContext,
    Problem,
    RecordItem,
    UnitOfWork,
    ValidationFailed,
    clean_text,
)
from muniment_access_requests.options import Options, OptionsService
from muniment_requests.api import Party, Request, RequestService

USER_TYPE: Final = "user-access-request"
GUEST_TYPE: Final = "guest-access-request"
#: The party that is everybody who may manage a record.
MANAGERS: Final = "record-managers"
LONGEST_MESSAGE: Final = 4000
#: What such a request is called; it is looked up in the catalogues for whoever reads it.
TITLE: Final = "Access to %(record)s"
NO_MESSAGE: Final = "Say who you are and what you need it for."
NO_CONDITIONS: Final = "Access is given to those only who accept these conditions."
NOT_OFFERED: Final = "Nobody can ask for access to this record."
HAVE_IT: Final = "You have access to this record already."
OPEN: Final = "This record is open to everybody: nothing has to be asked for."
NOBODY: Final = "Nobody looks after this record at present, so nobody could decide."
ONLY_VIEW: Final = "Only 'view' can be asked for."


@dataclass(frozen=True)
class Target:
    """A record that can be asked for. `title` is empty for those who may not see the record."""

    number: str
    parent: ParentHandle
    title: str
    options: Options


class AccessRequests:
    """What is asked in one repository."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.repository = context.repository
        self.requests = RequestService(context.repository)
        self.options = OptionsService(context)

    def is_closed(self, number: str) -> bool:
        """Whether there is something of the record that not everybody may see."""
        return not self.repository.records.may(ANONYMOUS, number, "read_files")

    def needs_it(self, actor: Actor, number: str) -> bool:
        """Whether the actor cannot see all of a record that is not open to everybody."""
        return self.is_closed(number) and not self.repository.records.may(actor, number, "read_files")

    def work(self, actor: Actor, number: str) -> RecordItem:
        """The record, or the draft that was never published, as the actor may see it."""
        try:
            return self.repository.records.read(actor, number)
        except NotFound:
            return self.repository.records.read_draft(actor, number)

    def target(self, actor: Actor, number: str) -> Target:
        """A record that can be asked for by somebody. Raises `NotFound` for others, whether they exist or not, and
        `Gone` for deleted ones."""
        records = self.repository.records
        try:
            item = records.read(actor, number)
            number, title = item.id, str(item.data["metadata"].get("title", ""))
        except PermissionDenied:
            title = ""
        parent_id = records.parent_number_of(number)
        options = self.options.of(parent_id) if parent_id is not None else Options()
        parent = records.parents([parent_id]).get(parent_id) if parent_id is not None and options.anybody else None
        if parent is None or not parent.published:
            raise NotFound(NOT_OFFERED)
        return Target(number, parent, title, options)

    def asked(self, actor: Actor, number: str) -> Request | None:
        """What the actor has asked already, when it is not decided yet."""
        return self.requests.about(actor, USER_TYPE, Party("record", number)) if actor.is_authenticated else None

    def ask(self, actor: Actor, number: str, data: Mapping[str, Any]) -> Request:
        """Ask as somebody with an account: `message`, and `accept_conditions` where there are some.

        Raises `NotFound`, `PermissionDenied` where only guests may ask, `ValidationFailed`, `InvalidRequest` for who
        has access, and `Conflict` when it is asked already.
        """
        actor.require_scope("deposit:write")
        target = self.target(actor, number)
        if not target.options.users:
            raise PermissionDenied(NOT_OFFERED)
        self.refuse_needless(actor, target)
        message = self.checked(target.options, data)
        with self.repository.database.write() as unit:
            return self.submit(unit, actor, target.parent, target.number, message, target.title, target.options)

    def refuse_needless(self, actor: Actor, target: Target) -> None:
        """Raises `InvalidRequest` for whoever needs nothing, and `Conflict` where nobody could decide."""
        if not self.is_closed(target.number):
            raise InvalidRequest(OPEN)
        if not self.needs_it(actor, target.number):
            raise InvalidRequest(HAVE_IT)
        if target.parent.owner is None:
            raise Conflict(NOBODY)

    def checked(self, options: Options, data: Mapping[str, Any], problems: list[Problem] | None = None) -> str:
        """The message; raises `ValidationFailed` with `problems` and what else is wrong."""
        found = list(problems or ())
        if data.get("permission") not in (None, "", "view"):
            found.append(Problem("permission", ONLY_VIEW))
        message = line(found, data, "message", LONGEST_MESSAGE, NO_MESSAGE, lines=True)
        if options.conditions and data.get("accept_conditions") not in (True, "true", "1", "on"):
            found.append(Problem("accept_conditions", NO_CONDITIONS))
        if found:
            raise ValidationFailed(errors=found)
        return message

    def submit(
        self,
        unit: UnitOfWork,
        actor: Actor,
        parent: ParentHandle,
        number: str,
        message: str,
        title: str,
        options: Options,
        *,
        guest: Mapping[str, str] | None = None,
    ) -> Request:
        """Put the request before those who decide, in this transaction."""
        assert parent.owner is not None
        payload = {"permission": "view", "secret_link_expiration": options.days, **(guest or {})}
        if options.conditions:
            payload["accepted_conditions"] = options.conditions
        return self.requests.create(
            actor,
            GUEST_TYPE if guest else USER_TYPE,
            receiver=Party("user", str(parent.owner)),
            also=[Party(MANAGERS, str(parent.id))],
            topic=Party("record", number),
            creator=Party("email", guest["email"]) if guest else None,
            title=TITLE if title else "",
            title_values={"record": title} if title else None,
            description=html_of(message),
            payload=payload,
            unit=unit,
        )


def html_of(message: str) -> str:
    """Plain text as the paragraphs of a request."""
    lines = [str(escape(one)) for one in message.splitlines()]
    return f"<p>{'<br>'.join(lines)}</p>"


def line(
    found: list[Problem], data: Mapping[str, Any], name: str, longest: int, missing: str, *, lines: bool = False
) -> str:
    """A text that must be there; what is wrong is added to `found`."""
    value = data.get(name)
    if not isinstance(value, str) or not value.strip():
        found.append(Problem(name, missing))
        return ""
    try:
        return clean_text(value, maximum=longest, lines=lines)
    except SchemaError as error:
        messages = error.messages if isinstance(error.messages, list) else ["Not a valid string."]
        found.extend(Problem(name, str(message)) for message in messages)
        return ""
