"""Hooks of privacy: which personal data a plugin holds, why and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.hooks.meta import hook

if TYPE_CHECKING:
    from muniment.privacy.registry import Category


class PrivacyHooks:
    """The declarations from which notice, retention, export and erasure are made."""

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def privacy_categories(self) -> list[Category]:
        """Declare each category of personal data: purpose, basis, source, where it is stored, how long.

        :returns: categories; a column is tied to one by `personal("category.id")` in its `info`.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def privacy_none(self) -> str:
        """Say why a plugin stores nothing about people; the alternative to `privacy_categories`.

        :returns: the reason, in a sentence for the operator.
        """
