"""The references that are generated from the source, and the golden file of what plugins rely on.

``python -m muniment.testing.references`` writes them below the root of a source tree; a test tells when they are stale.
"""

from __future__ import annotations

from pathlib import Path

from muniment.testing.references import access, configuration, events, hooks, snippets

__all__ = ["documents", "write"]


def documents(root: Path) -> dict[str, str]:
    """Every generated file by its path below the root of the source tree, and the pages that hold snippets."""
    return {
        "core/hook-api.json": hooks.golden_file(),
        "docs/access.md": access.page(),
        "docs/configuration.md": configuration.page(),
        "docs/events.md": events.page(),
        **{f"docs/hooks/{name}": text for name, text in hooks.pages(root).items()},
        **snippets.pages(root),
    }


def write(root: Path) -> list[str]:
    """Write what has changed below `root`; returns the paths."""
    changed = []
    for path, text in documents(root).items():
        file = root / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
