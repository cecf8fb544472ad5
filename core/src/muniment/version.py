"""The version of the core, and of the hook interface that plugins declare."""

from __future__ import annotations

from typing import Final

__version__: Final = "0.1.0"

#: Until 1.0 the hook interface may change with a line in the changelog; a plugin names the number it was made for.
HOOK_API: Final = 0
SUPPORTED_HOOK_APIS: Final = frozenset({0})
