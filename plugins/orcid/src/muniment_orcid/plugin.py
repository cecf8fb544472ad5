"""The plugin: ORCID as a provider of the plugin `oidc`. The subject is the iD, which ORCID has authenticated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muniment.api import PluginContext, implements
from muniment_orcid.settings import Settings


class Plugin:
    """Lets people sign in with ORCID."""

    Settings = Settings

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def oidc_providers(self) -> list[Mapping[str, Any]]:
        settings = self.context.settings
        return [
            {
                "name": "orcid",
                "title": "ORCID",
                "issuer": settings.url,
                "client_id": settings.client_id,
                "client_secret": settings.client_secret,
                "client_authentication": "client_secret_post",
                "icon": "orcid",
                "order": 50,
                "scopes": ("openid",),
                # The iD is shown as its whole address beside the icon, as ORCID asks.
                "profile_url": f"{settings.url}/{{subject}}",
            }
        ]
