"""The mail service, `repository.mail`: renders a letter and hands it to the mail server or the mailbox folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import structlog

from muniment.jobs.declarations import RetryLater
from muniment.mail.message import compose
from muniment.mail.refusals import is_temporary
from muniment.mail.rendering import LetterTemplates
from muniment.mail.transport import MailboxTransport, SMTPTransport, Transport

if TYPE_CHECKING:
    from muniment.repository import Repository

#: Seconds between two tries while the mail server is away.
PAUSE: Final = 300.0

log = structlog.get_logger(__name__)


class MailService:
    """Sending one message to one person. Call it from event handlers and jobs only: it talks to the outside."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.config = repository.config.mail

    @property
    def is_configured(self) -> bool:
        """Whether a mail server is there; if not, messages land in `mailbox` and pages say so."""
        return bool(self.config.host)

    @property
    def mailbox(self) -> Path:
        return self.repository.instance.var / "mail"

    @cached_property
    def transport(self) -> Transport:
        if self.is_configured:
            return SMTPTransport(self.config, self.repository.instance.path)
        return MailboxTransport(self.mailbox)

    @cached_property
    def templates(self) -> LetterTemplates:
        """Templates of the instance first, then those of plugins, then those of the core."""
        plugins = self.repository.generation.plugins
        folders = [folder / plugin.name for plugin in plugins if (folder := plugin.installed.templates)]
        catalogues = [folder for plugin in plugins if (folder := plugin.installed.translations)]
        return LetterTemplates([self.repository.instance.templates, *folders], catalogues)

    def send(
        self,
        letter: str,
        *,
        to: str,
        language: str = "",
        values: Mapping[str, Any] | None = None,
        links: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Send the letter `letter` (a template `mail/<letter>.txt`) to one address.

        `links` are addresses that the text shows on lines of their own, `headers` further ones of the e-mail, such as
        ``List-Unsubscribe``. Raises what the transport raises.
        """
        site = self.repository.config.site
        rendered = self.templates.render(
            letter,
            to=to,
            language=language or site.languages[0],
            values={"site_name": site.name, "site_url": site.url, **(values or {})},
            links=links,
        )
        rendered = replace(rendered, headers=headers or {})
        now = self.repository.now()
        domain = urlsplit(site.url).hostname or "localhost"
        message = compose(rendered, sender=self._sender(domain), site_name=site.name, domain=domain, date=now)
        self.transport.send(message, name=letter, date=now)
        log.info("letter_sent", letter=letter, by="smtp" if self.is_configured else "mailbox")

    def hand_over(self, letter: str, *, to: str, **message: Any) -> None:
        """As `send`, for event handlers: raises `RetryLater` while the mail server is away or says "later"."""
        try:
            self.send(letter, to=to, **message)
        except OSError as error:  # smtplib's exceptions are OSErrors too
            if not is_temporary(error):
                raise
            raise RetryLater(f"the message cannot be handed over now: {type(error).__name__}", PAUSE) from error

    def text(self, name: str, *, language: str = "") -> str:
        """A text for one person that is not sent but put somewhere: a template `mail/enclosed/<name>.txt`."""
        site = self.repository.config.site
        values = {"site_name": site.name, "site_url": site.url}
        rendered = self.templates.render(
            f"enclosed/{name}", to="", language=language or site.languages[0], values=values
        )
        return f"{rendered.subject}\n\n{rendered.text}"

    def _sender(self, domain: str) -> str:
        return self.config.sender or f"noreply@{domain}"
