"""What operators should know before the plugin is disabled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import has_app_context
from flask_babel import ngettext
from sqlalchemy import func, select

from muniment_communities.models import CommunityRow

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService


def notices(service: CommunityService) -> list[str]:
    """Records stay published and readable; communities and their pages come back with the plugin."""
    statement = select(func.count()).select_from(CommunityRow).where(CommunityRow.status == "P")
    with service.database.read() as session:
        count = int(session.execute(statement).scalar_one())
    if not count:
        return []
    _n = ngettext if has_app_context() else _in_english
    return [
        str(
            _n(
                "The pages of %(num)s community are gone while the plugin is off. Records stay published; members see "
                "nothing of its restricted records. Nothing is lost.",
                "The pages of %(num)s communities are gone while the plugin is off. Records stay published; members "
                "see nothing of their restricted records. Nothing is lost.",
                count,
            )
        )
    ]


def _in_english(one: str, more: str, num: int) -> str:
    return (one if num == 1 else more) % {"num": num}
