"""The plugin's own hooks: what others add to communities."""

from __future__ import annotations

from muniment.api import Actor, hook
from muniment_communities.community import Community
from muniment_communities.page_parts import CommunityAction, CommunityTab


class CommunityHooks:
    """What plugins add to communities."""

    @hook(kind="collect", when="request", errors="isolate", since="0.1")
    def communities_tabs(self, community: Community, actor: Actor) -> list[CommunityTab]:  # type: ignore[empty-body]
        """Add parts to the pages of a community, beside its records, members and settings.

        Called outside any transaction for each of its pages: it must be quick. What raises is left out and logged. The
        page that a tab leads to shows the head of the community by `community_frame`.

        :param community: the community whose page it is.
        :param actor: who looks at it.
        :returns: those parts that this reader may see.
        """

    @hook(kind="collect", when="request", errors="isolate", since="0.1")
    def communities_actions(self, community: Community, actor: Actor) -> list[CommunityAction]:  # type: ignore[empty-body]
        """Add buttons to the head of a community's first page: what somebody can do for it there and then.

        Called outside any transaction for each look at that page: it must be quick. What raises is left out and logged.

        :param community: the community whose page it is.
        :param actor: who looks at it.
        :returns: what this reader may do.
        """
