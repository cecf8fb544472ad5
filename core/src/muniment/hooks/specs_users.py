"""Hooks of identity: how people sign in, and who makes a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.hooks.meta import hook

if TYPE_CHECKING:
    from flask import Request, Response

    from muniment.access.actor import Actor
    from muniment.users.identity_providers import IdentityProvider
    from muniment.users.notifications import NotificationType
    from muniment.users.scopes import Scope
    from muniment.users.sign_in_steps import FurtherStep, SignIn


class UserHooks:
    """What plugins add to accounts."""

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_identity_providers(self) -> list[IdentityProvider]:
        """Offer a way to sign in; the sign-in page lists the providers by `order`.

        :returns: providers; an identity is the pair of issuer and subject.
        """

    @hook(kind="collect", when="request", errors="isolate", since="0.1")
    def actor_labels(self, actor: Actor, request: Request) -> list[str]:
        """Give whoever makes a request further labels: access to records that were shared with them.

        Called once for each request that may know its reader, outside any transaction, once it is known who that is.
        Labels only ever allow; what a plugin gives by `labels_given` and `labels_given_blindly` is about one work, and
        ends with the request. When it raises, the reader gets nothing of it.

        :param actor: who makes the request, with the labels of the core.
        :param request: the request being handled.
        :returns: labels; visitors who get any are readers of their own, whose answers nobody else may keep.
        """

    @hook(kind="first", when="request", errors="raise", since="0.1")
    def request_guard(self, request: Request, actor: Actor) -> Response | None:
        """Answer a request in place of its view: send readers elsewhere, or refuse them.

        Called for each request whose view may know its reader, outside any transaction, once the actor has all labels
        and before it is asked whether they may use the view; the first answer wins. It must be quick for requests that
        do not concern it. An error that is raised on purpose is the answer.

        :param request: the request being handled.
        :param actor: who makes it.
        :returns: the answer, or None to go on. One that sets cookies is for a reader whose query holds a secret.
        """

    @hook(kind="first", when="request", errors="raise", since="0.1")
    def further_step(self, sign_in: SignIn) -> FurtherStep | None:
        """Say whether somebody who proved who they are must take a further step before they are signed in.

        Called outside any transaction: once when the first proof succeeded (`sign_in.starting`), and for each request
        of a session, where it must not open the database. Until the step is taken the browser is a visitor's everywhere
        but on the page of the step, which calls `complete_sign_in`. Access tokens are not asked about.

        :param sign_in: whose session it is, and how that was proved so far.
        :returns: the page of the step; None when nothing is missing: the next plugin is asked.
        """

    @hook(kind="first", when="request", errors="raise", since="0.1")
    def resolve_bearer(self, token: str) -> Actor | None:
        """Say for whom a bearer token stands.

        Called for a request with `Authorization: Bearer …` (below `/api` also with the argument `access_token`) that no
        plugin recognised otherwise, outside any transaction, in plugin order; the first actor wins. A token that no
        plugin knows is refused (401) by the core, so that tokens of several plugins can live side by side.

        :param token: what was sent, never empty.
        :returns: the actor, limited to the token's scopes; None for tokens of others and tokens that are not valid.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_scopes(self) -> list[Scope]:
        """Add scopes to which access tokens and applications can be limited; services ask for them with
        `actor.require_scope("name")`.

        :returns: scopes; their names are unique.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_notification_types(self) -> list[NotificationType]:
        """Say of which events people are told, whom, and in which words. How they hear of it (by e-mail, on the site)
        is for the plugin `notifications`; without it nobody is told, and nothing else changes.

        Types are asked outside any transaction, in a worker, once their event is durable. What one raises is tried
        again and then shown to operators.

        :returns: types; their ids are unique.
        """
