"""What other plugins add to the pages of a community."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CommunityTab:
    """A part of a community's pages: `name` tells it from others, `text` is what the tab says, `href` leads there."""

    name: str
    text: Any
    href: str


@dataclass(frozen=True)
class CommunityAction:
    """Something to do for a community: `text` is what the button says, `href` leads there."""

    text: Any
    href: str
