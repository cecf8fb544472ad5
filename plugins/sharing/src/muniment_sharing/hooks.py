"""The plugin's own hooks: what others add to the page of sharing."""

from __future__ import annotations

from muniment.api import Fragment, ParentHandle, hook


class SharingHooks:
    """What plugins add to sharing."""

    @hook(kind="collect", when="request", errors="isolate", since="0.1")
    def sharing_sections(self, parent: ParentHandle, number: str) -> list[Fragment]:  # type: ignore[empty-body]
        """Put sections on the page of sharing of a record or draft, below those for people and links.

        Called while the page is made, outside any transaction, for somebody who may manage the record. An error leaves
        the section out.

        :param parent: what all versions and drafts belong to.
        :param number: the id of the record or draft whose page it is.
        :returns: sections as HTML, each a `<section class="form-card">`.
        """
