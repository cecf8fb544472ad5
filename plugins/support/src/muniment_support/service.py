"""Taking messages, and mailing them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from marshmallow import ValidationError

from muniment.api import (
    Actor,
    Attempt,
    Conflict,
    Limit,
    LogEntry,
    PluginContext,
    Problem,
    Repository,
    RetryLater,
    ValidationFailed,
    clean_text,
    comparable_address,
    local_path,
    network_of,
    problem_with_address,
)
from muniment_support.events import SupportMessage
from muniment_support.models import Message

NAME, TITLE, TEXT, PAGE = 200, 200, 10_000, 500
#: Messages of one account or written address, and from one network address.
BY_WRITER: Final = (
    Limit("support.writer.hour", 5, timedelta(hours=1)),
    Limit("support.writer.day", 15, timedelta(days=1)),
)
BY_NETWORK: Final = (
    Limit("support.network.hour", 10, timedelta(hours=1)),
    Limit("support.network.day", 40, timedelta(days=1)),
)
NOBODY: Final = "Nobody has been named yet who reads messages."
#: Seconds between two tries while the mail server is away.
PAUSE: Final = 300.0


def page_of_this_site(address: str | None) -> str:
    """The path of a page that a message is about; "" for the front page, and for pages of other sites."""
    path = local_path(address)
    return "" if path == "/" or len(path) > PAGE else path


def _spelt(address: str) -> str:
    """An address with its domain as the mail system spells it (IDNA)."""
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


class Support:
    """Messages from visitors and from people with an account."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.repository: Repository = context.repository

    @property
    def recipient(self) -> str:
        """Who reads the messages; "" when nobody does."""
        contact = self.repository.config.site.contact
        return str(self.context.settings.recipient or (contact if "@" in contact else ""))

    @property
    def categories(self) -> list[str]:
        return list(self.context.settings.categories)

    def send(self, actor: Actor, written: Mapping[str, str], ip: str) -> None:
        """Take a message. Raises `ValidationFailed` with each field that is wrong, `TooManyRequests`, and `Conflict`
        while nobody reads messages."""
        if not self.recipient:
            raise Conflict(NOBODY)
        message = self._checked(actor, written)
        writer = str(actor.subject or comparable_address(message.email))
        attempts = [Attempt(BY_WRITER, writer), *([Attempt(BY_NETWORK, network_of(ip))] if ip else [])]
        with self.repository.database.write() as unit:
            self.repository.users.throttle.count(unit, attempts)
            message.created = unit.now
            unit.session.add(message)
            unit.session.flush()
            unit.emit(SupportMessage(message.id))

    def _checked(self, actor: Actor, written: Mapping[str, str]) -> Message:
        problems: list[Problem] = []

        def text(name: str, missing: str, maximum: int, *, lines: bool = False) -> str:
            try:
                found = clean_text(written.get(name, ""), maximum=maximum, lines=lines)
            except ValidationError as error:
                problems.extend(Problem(name, str(said)) for said in error.messages)
                return ""
            if missing and not found:
                problems.append(Problem(name, missing))
            return found

        category = written.get("category", "")
        if category not in self.categories:
            problems.append(Problem("category", "Choose what it is about."))
        if actor.subject is not None:
            user = self.repository.users.get(actor.subject)
            name, email = user.display_name or user.email, user.email
        else:
            name = text("name", "Say who you are.", NAME)
            email = written.get("email", "").strip()
            if wrong := problem_with_address(email):
                problems.append(replace(wrong, field="email"))
        title = text("title", "Say in a few words what it is about.", TITLE)
        body = text("text", "Write your message.", TEXT, lines=True)
        page = page_of_this_site(written.get("page"))
        if problems:
            raise ValidationFailed(errors=problems)
        return Message(
            category=category, subject_id=actor.subject, name=name, email=email, title=title, text=body, page=page
        )

    def mail(self, repository: Repository, entry: LogEntry) -> None:
        """Mail one message, and forget it."""
        number = int(entry.payload["row"])
        with repository.database.read() as session:
            row = session.get(Message, number)
        if row is None:
            return
        if not self.recipient:
            raise RetryLater(NOBODY, PAUSE)
        values: dict[str, Any] = {
            "category": row.category, "name": row.name, "email": row.email, "title": row.title, "text": row.text,
            "known": row.subject_id is not None, "page": "",
        }  # fmt: skip
        links = {"page": f"{repository.config.site.url}{row.page}"} if row.page else None
        repository.mail.hand_over(
            "support-message",
            to=self.recipient,
            values=values,
            links=links,
            headers={"Reply-To": _spelt(row.email)},
        )
        with repository.database.write() as unit:
            present = unit.session.get(Message, number)
            if present is not None:
                unit.session.delete(present)
