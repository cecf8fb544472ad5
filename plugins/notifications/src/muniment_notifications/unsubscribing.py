"""Links in messages that stop them, for people who are not signed in (RFC 8058)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from muniment.api import NotFound, Repository


@dataclass(frozen=True)
class Stop:
    """What a link stops: mail of `types` to a person."""

    subject: int
    types: tuple[str, ...]


def link(repository: Repository, subject: int, types: Iterable[str]) -> str:
    """The address in a message to a person about notifications of these types."""
    token = _signer(repository).dumps([subject, *sorted(set(types))])
    return f"{repository.config.site.url.rstrip('/')}/notifications/unsubscribe/{token}"


def read(repository: Repository, token: str) -> Stop:
    """What a link stops; raises `NotFound` for one that this site has not made."""
    try:
        subject, *types = _signer(repository).loads(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise NotFound("This link is not complete. Copy it from the message again.") from error
    return Stop(int(subject), tuple(map(str, types)))


def _signer(repository: Repository) -> URLSafeSerializer:
    return URLSafeSerializer(repository.instance.secret_key, salt="notifications.unsubscribe.1")
