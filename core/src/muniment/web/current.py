"""The repository and the actor of the request at hand: `from muniment.web.current import actor, repository`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

from flask import current_app, g
from werkzeug.local import LocalProxy

from muniment.access.actor import ANONYMOUS, Actor

if TYPE_CHECKING:
    from muniment.repository import Repository
    from muniment.web.access import Policy
    from muniment.web.cors import Cors
    from muniment.web.hosts import Hosts
    from muniment.web.negotiation import Representations
    from muniment.web.rates import Rates
    from muniment.web.transfers import Transfers

_EXTENSION: Final = "muniment"


@dataclass
class WebState:
    """What one application of one generation keeps beside Flask's own registries."""

    repository: Repository
    hosts: Hosts
    representations: Representations
    transfers: Transfers
    rates: Rates
    cors: Cors
    policies: dict[str, Policy] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    documents: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def guarded(self) -> bool:
        """Whether any plugin looks at requests before their views."""
        return bool(self.repository.hooks.implementers("request_guard"))


def attach(app: Any, state: WebState) -> None:
    """Give an application its state; once, while it is built."""
    app.extensions[_EXTENSION] = state


def state() -> WebState:
    """The state of the application that serves the request."""
    return cast("WebState", current_app.extensions[_EXTENSION])


def state_of(app: Any) -> WebState:
    return cast("WebState", app.extensions[_EXTENSION])


def _actor() -> Actor:
    return cast(Actor, g.get("actor", ANONYMOUS))


def the_repository() -> Repository:
    """The repository itself, where a proxy does not do (threads, isinstance)."""
    return state().repository


def the_actor() -> Actor:
    """The actor itself, where a proxy does not do (dictionary keys, dataclasses)."""
    return _actor()


repository: Repository = cast("Repository", LocalProxy(the_repository))
actor: Actor = cast(Actor, LocalProxy(_actor))
