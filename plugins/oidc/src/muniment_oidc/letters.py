"""The letter by which somebody confirms an address that no trusted provider vouches for."""

from __future__ import annotations

from muniment.api import LogEntry, Repository
from muniment_oidc.journeys import CONFIRMING, hashed, new_secret
from muniment_oidc.models import Arrival


def send_confirmation(repository: Repository, entry: LogEntry) -> None:
    """Write the letter with a fresh link; earlier ones are void from then on. Nothing for a sign-up that is gone."""
    token = new_secret()
    with repository.database.write() as unit:
        arrival = unit.session.get(Arrival, int(entry.payload["arrival_id"]))
        if arrival is None or arrival.expires <= unit.now:
            return
        arrival.token_hash = hashed(token)
        profile = dict(arrival.profile)
    address = f"{repository.config.site.url}/oidc/confirm?token={token}"
    values = {"hours": int(CONFIRMING.total_seconds() // 3600), "provider": profile["provider_title"]}
    repository.mail.hand_over(
        "oidc-confirm", to=profile["email"], language=profile["locale"], values=values, links={"link": address}
    )
