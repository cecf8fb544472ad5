"""The providers that people can sign in with: those of the settings and those that other plugins bring."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

#: GET an address with the person's access token, as JSON.
Get = Callable[[str], Any]
SCOPES: Final = ("openid", "profile", "email")


@dataclass(frozen=True)
class Provider:
    """One provider. Identities of its people are the pair of `issuer` and their subject there.

    `claims` says which claim of the provider stands for ours (``name``, ``email``, ``affiliation``, ``groups``); a name
    with dots leads into objects. `roles` maps groups there to roles here. `trusts_email` says that the site believes an
    address that the provider calls verified. Without `discover` it is plain OAuth 2: `identify` finds out who it is.
    `client_authentication` is how the site proves itself: ``client_secret_basic``, ``client_secret_post`` or ``none``.

    `grants` names scopes that are asked for only when somebody wants what needs them; `granted` is handed the tokens
    when they come back, `unlinked` is told when an identity leaves an account. `more_claims` finds out what the
    provider tells beside its tokens of somebody who has no account yet. `settings` is the endpoint of a page about it.
    """

    name: str
    title: str
    issuer: str
    client_id: str
    client_secret: str = ""
    icon: str = "log-in"
    order: int = 100
    scopes: tuple[str, ...] = SCOPES
    discover: bool = True
    authorization_url: str = ""
    token_url: str = ""
    client_authentication: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    trusts_email: bool = False
    profile_url: str = ""
    identify: Callable[[Get], Mapping[str, Any]] | None = None
    more_claims: Callable[[Get, str], Mapping[str, Any]] | None = None
    grants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    granted: Callable[[int, str, Mapping[str, Any]], None] | None = None
    unlinked: Callable[[int, str], None] | None = None
    settings: str = ""

    def asking(self, grant: str, *, again: bool = False) -> Provider:
        """The same provider, asked for the scopes of a grant too; one that there is not asks for nothing more.

        With `again` a provider of OpenID Connect is to let its people sign in even if they are signed in there.
        """
        further = tuple(scope for scope in self.grants.get(grant, ()) if scope not in self.scopes)
        parameters = (
            {**self.parameters, "prompt": "login", "max_age": "0"} if again and self.discover else self.parameters
        )
        return replace(self, scopes=(*self.scopes, *further), parameters=parameters)

    @property
    def endpoint(self) -> str:
        """The name of the view where signing in begins, within the plugin's blueprint."""
        return f"sign_in_{self.name.replace('-', '_')}"

    @property
    def authentication(self) -> str:
        if self.client_authentication:
            return self.client_authentication
        return "client_secret_basic" if self.client_secret else "none"

    def address_of(self, subject: str) -> str:
        """The public page of somebody there, "" when there is none."""
        return self.profile_url.replace("{subject}", subject) if self.profile_url else ""


def provider_of(offered: Mapping[str, Any]) -> Provider:
    """A provider as settings and plugins write it; raises `ValueError` that names what is wrong."""
    known = {item.name for item in fields(Provider)}
    if unknown := sorted(set(offered) - known):
        raise ValueError(f"a provider has no '{unknown[0]}'; there are {', '.join(sorted(known))}")
    values: dict[str, Any] = {
        key: tuple(value) if key == "scopes" else value for key, value in offered.items() if value is not None
    }
    provider = Provider(**values)
    if not provider.discover and not (provider.authorization_url and provider.token_url and provider.identify):
        raise ValueError(f"'{provider.name}' needs authorization_url, token_url and identify, as it is not discovered")
    return provider


class Providers:
    """All providers that can be used, by name."""

    def __init__(self) -> None:
        self._by_name: dict[str, Provider] = {}

    def add(self, offered: Mapping[str, Any]) -> None:
        """Take up a provider, unless it is not set up yet; raises `ValueError` for a name that another one has."""
        if not offered.get("client_id"):
            return
        provider = provider_of(offered)
        if provider.name in self._by_name:
            raise ValueError(f"there are two providers named '{provider.name}'")
        self._by_name[provider.name] = provider

    def __iter__(self) -> Iterator[Provider]:
        return iter(sorted(self._by_name.values(), key=lambda provider: (provider.order, provider.title)))

    def get(self, name: str) -> Provider | None:
        return self._by_name.get(name)

    def of_issuer(self, issuer: str) -> Provider | None:
        """The first provider whose identities have this issuer."""
        return next((provider for provider in self if provider.issuer == issuer), None)

    @property
    def issuers(self) -> frozenset[str]:
        return frozenset(provider.issuer for provider in self)
