"""Sharing as pages, REST, letters and hooks use it."""

from __future__ import annotations

from functools import cached_property

from muniment.api import PluginContext
from muniment_sharing.grants import Grants
from muniment_sharing.invitations import Invitations
from muniment_sharing.links import Links
from muniment_sharing.offers import Offers
from muniment_sharing.readers import Readers


class SharingService:
    """All of it for one generation."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.links = Links(context)
        self.invitations = Invitations(context)
        self.grants = Grants(context, self.invitations)
        self.offers = Offers(context, self.invitations)

    @cached_property
    def readers(self) -> Readers:
        return Readers(self.context, self)
