"""The plugin: GitHub as a provider of the plugin `oidc`. It speaks plain OAuth 2, so that its API says who it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from muniment.api import PluginContext, implements
from muniment_github_login.settings import Settings


class Plugin:
    """Lets people sign in with GitHub."""

    Settings = Settings

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def oidc_providers(self) -> list[Mapping[str, Any]]:
        settings = self.context.settings
        return [
            {
                "name": "github",
                "title": "GitHub",
                "issuer": settings.url,
                "client_id": settings.client_id,
                "client_secret": settings.client_secret,
                "client_authentication": "client_secret_post",
                "icon": "git-branch",
                "scopes": ("read:user", "user:email"),
                "discover": False,
                "authorization_url": f"{settings.url}/login/oauth/authorize",
                "token_url": f"{settings.url}/login/oauth/access_token",
                "identify": self._identify,
            }
        ]

    def _identify(self, get: Callable[[str], Any]) -> Mapping[str, Any]:
        """Who it is. The number stays when somebody changes their login, which another person may then take."""
        api = self.context.settings.api_url
        person = get(f"{api}/user")
        addresses = [entry for entry in get(f"{api}/user/emails") if entry["verified"]]
        main = next((entry["email"] for entry in addresses if entry["primary"]), "")
        return {
            "sub": str(int(person["id"])),
            "name": person.get("name") or person["login"],
            "affiliation": (person.get("company") or "").removeprefix("@"),
            "email": main,
            "email_verified": bool(main),
        }
