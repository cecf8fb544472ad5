"""The plugin: the AAI of OpenAIRE as a provider of the plugin `oidc`, which discovers the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muniment.api import PluginContext, implements
from muniment_openaire_login.settings import Settings


class Plugin:
    """Lets people sign in through OpenAIRE."""

    Settings = Settings

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def oidc_providers(self) -> list[Mapping[str, Any]]:
        settings = self.context.settings
        return [
            {
                "name": "openaire",
                "title": "OpenAIRE",
                "issuer": settings.issuer,
                "client_id": settings.client_id,
                "client_secret": settings.client_secret,
                "icon": "globe",
            }
        ]
