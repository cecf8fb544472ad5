"""Signing in by more than one step: what a plugin is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SignIn:
    """Somebody who has proved who they are at least once.

    `methods` are the ways in which this was proved, in order: ``password``, the name of an identity provider, and what
    plugins added. `starting` is true right after the first one, and false for each later request of the session.
    """

    subject: int
    roles: frozenset[str]
    methods: tuple[str, ...]
    starting: bool


@dataclass(frozen=True)
class FurtherStep:
    """What is missing until somebody is signed in: a page of the plugin, by its Flask endpoint."""

    endpoint: str
