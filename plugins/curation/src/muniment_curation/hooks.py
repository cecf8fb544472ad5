"""The plugin's own hooks: checks that communities can have."""

from __future__ import annotations

from muniment.api import hook
from muniment_curation.checks import CurationCheck


class CurationHooks:
    """What plugins add to curation."""

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def curation_checks(self) -> list[CurationCheck]:  # type: ignore[empty-body]
        """Offer checks of what is brought to communities.

        Called while the application is built. The checks are off until a manager of a community switches them on there.
        `run` of a check is then called outside any transaction, when a draft that is for the community is saved or
        shown, when it is submitted, and when its request is looked at; that of a check in the background is called by
        the worker and may ask servers elsewhere (`repository.outgoing`). An exception of `run` is logged and shown as a
        check that could not be run; it blocks nothing.

        :returns: checks; of two with one id the first counts.
        """
