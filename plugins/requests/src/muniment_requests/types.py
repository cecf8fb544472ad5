"""What can be asked for: each type says who decides and what a decision does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from muniment.api import Actor, Repository, UnitOfWork

if TYPE_CHECKING:
    from muniment_requests.request import Request

#: Writes the new state of the request, its line in the conversation and its event into a transaction.
Decided = Callable[[UnitOfWork], None]
#: Does what an action means. It has to call the last argument within the transaction that makes it durable.
CarryOut = Callable[[Repository, Actor, "Request", Decided], None]


@dataclass(frozen=True)
class RequestType:
    """A type of requests, offered by `requests_types`.

    `id` is stored and part of the API, like ``record-deletion``. `title` is what people read, in their language.
    `carry_out` says what the actions ``accept``, ``decline``, ``cancel`` and ``expire`` do besides closing the request;
    what is raised there leaves the request open. An open request expires after `open_for`.
    """

    id: str
    title: str
    open_for: timedelta | None = None
    carry_out: Mapping[str, CarryOut] = field(default_factory=dict)


def unknown(id: str) -> RequestType:
    """The type of requests whose plugin is off: they can be read and talked about, and nobody can decide them."""
    return RequestType(id, id)
