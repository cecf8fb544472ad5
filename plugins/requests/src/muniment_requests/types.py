"""What can be asked for: each type says who decides and what a decision does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from muniment.api import Actor, Repository, UnitOfWork

if TYPE_CHECKING:
    from markupsafe import Markup

    from muniment_requests.parties import PartyKind
    from muniment_requests.request import Request

#: Writes the new state of the request, its line in the conversation and its event into a transaction.
Decided = Callable[[UnitOfWork], None]
#: Does what an action means. It has to call the last argument within the transaction that makes it durable.
CarryOut = Callable[[Repository, Actor, "Request", Decided], None]


@dataclass(frozen=True)
class Terms:
    """What whoever accepts says along, like until when.

    `controls(request, sent, problems)` are the form controls for it on the page of the request; `sent` is what the form
    held when it was refused, and `problems` why: pairs of control and message; else both are empty. `read(request,
    sent)` gets the fields of the form or the payload of the API and returns what the payload of the request says from
    then on; it raises `ValidationFailed` that names the control.
    """

    controls: Callable[[Request, Mapping[str, Any], Sequence[tuple[str, str]]], Markup]
    read: Callable[[Request, Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class RequestType:
    """A type of requests, offered by `requests_types`.

    `id` is stored and part of the API, like ``record-deletion``. `title` is what people read, in their language.
    `carry_out` says what the actions ``accept``, ``decline``, ``cancel`` and ``expire`` do besides closing the request;
    what is raised there leaves the request open. An open request expires after `open_for`. `details(actor, request)` is
    shown on the page of the request below its description, to everybody who takes part; `terms` is what accepting it
    takes along. One person can ask the same type about the same topic several times at once if it `repeats`. The page
    asks for a comment with the actions that are `explained`; programs may go without. Where not everybody for whom a
    receiver stands decides, `deciders` says in place of its kind who does, and who is told.
    """

    id: str
    title: str
    open_for: timedelta | None = None
    carry_out: Mapping[str, CarryOut] = field(default_factory=dict)
    details: Callable[[Actor, Request], Markup] | None = None
    explained: frozenset[str] = frozenset()
    terms: Terms | None = None
    repeats: bool = False
    deciders: PartyKind | None = None


def unknown(id: str) -> RequestType:
    """The type of requests whose plugin is off: they can be read and talked about, and nobody can decide them."""
    return RequestType(id, id)
