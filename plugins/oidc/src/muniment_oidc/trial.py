"""Tries out whether the providers of the settings can be reached, and say that they are who they should be."""

from __future__ import annotations

from types import SimpleNamespace

from muniment.api import OutgoingClient, Problem
from muniment_oidc.directory import Directory
from muniment_oidc.providers import provider_of
from muniment_oidc.refusals import Refused


def check_providers(client: OutgoingClient, settings: SimpleNamespace) -> list[Problem]:
    """What does not work, by provider."""
    directory = Directory(client, internal=settings.internal)
    problems = []
    for item in settings.providers:
        try:
            description = directory.description(provider_of(item))
            directory.keys(description)
        except Refused as error:
            problems.append(Problem("providers", f"{item['title']}: {error.detail or error.reason}."))
    names = {item["name"] for item in settings.providers}
    problems += [
        Problem("client_secrets", f"There is no provider named '{name}'.")
        for name in settings.client_secrets
        if name not in names
    ]
    return problems
