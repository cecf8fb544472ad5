"""What the plugin holds about people, why and until when."""

from __future__ import annotations

from muniment.api import Category, Table
from muniment_quota.models import PersonQuota


def _(text: str) -> str:
    """Marks a text for translators; the privacy notice looks it up when it is shown."""
    return text


def categories() -> list[Category]:
    return [
        Category(
            id="quota.people",
            label=_("Storage quotas"),
            fields=(_("how much somebody may keep"), _("why it was set")),
            purposes=("provide_service",),
            basis="legitimate_interest",
            source=("service",),
            owner="quota",
            stores=(Table(PersonQuota, subject="subject"),),
        )
    ]
