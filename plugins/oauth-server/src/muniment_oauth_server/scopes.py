"""The scopes by which an application learns who somebody is, and what a person allows with all others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from muniment.api import Scope


def _(text: str) -> str:
    """Marks a text for translators; the consent page looks it up."""
    return text


IDENTITY: Final = (
    Scope("openid", _("Know that it is you: the number of your account"), personal=False),
    Scope("profile", _("Read your name and your user name"), personal=False),
    Scope("email", _("Read your e-mail address"), personal=False),
)
#: Scopes that tell about a person and open nothing of what they own.
ABOUT_PERSON: Final = frozenset({scope.name for scope in IDENTITY} | {"user:email"})


def split(text: str | None) -> list[str]:
    """The scopes of a request, each once, in their order."""
    return list(dict.fromkeys((text or "").split()))


def opens_api(scopes: Iterable[str]) -> bool:
    """Whether a token with these scopes acts for its person in the API, beyond telling who that is."""
    return not set(scopes) <= ABOUT_PERSON
