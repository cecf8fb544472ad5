"""The table of the README: which fields each format has a place for. `python -m muniment_exports.carried_table`"""

from __future__ import annotations

from muniment_exports.carried import CARRIED, FIELDS


def table() -> str:
    """Markdown, a line for each field."""
    names = list(CARRIED)
    lines = ["| field | " + " | ".join(f"`{name}`" for name in names) + " |", "|---" * (len(names) + 1) + "|"]
    for path in FIELDS:
        marks = " | ".join("●" if path in CARRIED[name] else "–" for name in names)
        lines.append(f"| `{path}` | {marks} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
