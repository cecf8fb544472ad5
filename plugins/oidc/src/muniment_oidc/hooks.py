"""The plugin's own hook: providers that other plugins bring, ready but for the account of the site there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muniment.api import hook

#: The keys are those of `muniment_oidc.providers.Provider`; `name`, `title`, `issuer` and `client_id` are needed.
OfferedProvider = Mapping[str, Any]


class OidcHooks:
    """What plugins add to the ways to sign in."""

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def oidc_providers(self) -> list[OfferedProvider]:  # type: ignore[empty-body]
        """Offer a provider to sign in with.

        Each is a mapping with the texts ``name`` (part of its addresses), ``title``, ``issuer`` (whose identities they
        are), ``client_id`` and, as operators set them, ``client_secret``. A provider with OpenID Connect needs no more:
        its endpoints are discovered. One with plain OAuth 2 has ``discover`` false, ``authorization_url`` and
        ``token_url``, and ``identify``: a function that is handed a function, which gets JSON from an address with the
        person's access token, and returns claims with the names of OpenID Connect, ``sub`` at least; it is called
        outside any transaction.

        Called while the application is built. Optional keys are ``icon``, ``order``, ``scopes``, ``claims``, ``roles``,
        ``trusts_email``, ``client_authentication``, ``parameters`` and ``profile_url`` (an address with ``{subject}``).

        A plugin that does more with the provider than sign people in adds ``grants`` (scopes by a name: the sign-in
        address with ``ask=NAME`` asks for them too) and ``granted``, a function that is handed the number of the
        account, the subject and the tokens when somebody who is signed in comes back; ``unlinked``, a function that is
        handed account and subject once they are apart; ``more_claims``, a function that is handed a function, which
        gets public JSON from an address, and the subject, and returns claims for the form of whoever signs up; and
        ``settings``, the endpoint of a page that the linked accounts lead to. All are called outside any transaction.

        :returns: providers; without ``client_id`` they are not offered, so that a plugin can be on before it is set up.
        """
