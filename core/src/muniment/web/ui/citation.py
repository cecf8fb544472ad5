"""The plain citation of a record, in the manner of APA 7."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from muniment.web.ui.people_view import is_cjk
from muniment.web.ui.wording import localized, plain_version, year_of

#: APA 7 §9.8: up to 20 authors are named; of more, the first 19 and the last.
LONGEST_LIST = 20

_BRACKETED = {
    "dataset": "Data set", "software": "Computer software", "image": "Image", "video": "Video", "audio": "Audio",
    "poster": "Poster", "presentation": "Presentation", "lesson": "Lesson", "model": "Model",
    "workflow": "Workflow", "physicalobject": "Physical object",
}  # fmt: skip


def citation(data: Mapping[str, Any], publisher: str = "") -> Markup:
    """Authors (year). *Title* (Version x) [Kind]. Publisher. Address."""
    metadata = data.get("metadata") or {}
    parts = [f"{authors(metadata.get('creators'))} ({year_of(metadata.get('publication_date'))})."]
    title = Markup("<cite>{}</cite>").format(str(metadata.get("title") or "").strip())
    version = plain_version(metadata.get("version"))
    if version:
        title += Markup(" (Version {})").format(version)
    kind = _kind(metadata.get("resource_type"))
    if kind:
        title += Markup(" [{}]").format(kind)
    parts.append(_ended(title))
    source = str(metadata.get("publisher") or publisher)
    if source:
        parts.append(_ended(Markup.escape(source)))
    parts.append(address(data))
    return Markup(" ").join(part for part in parts if part)


def address(data: Mapping[str, Any]) -> str:
    """The DOI as an address, else the page of the record."""
    doi = ((data.get("pids") or {}).get("doi") or {}).get("identifier")
    return f"https://doi.org/{doi}" if doi else str((data.get("links") or {}).get("self_html") or "")


def authors(creators: object) -> str:
    names = [_inverted(entry.get("person_or_org") or {}) for entry in creators or [] if isinstance(entry, Mapping)]  # type: ignore[attr-defined]
    names = [name for name in names if name]
    if len(names) > LONGEST_LIST:
        return f"{', '.join(names[: LONGEST_LIST - 1])}, … {names[-1]}"
    if len(names) > 1:
        return f"{', '.join(names[:-1])}, & {names[-1]}"
    return names[0] if names else "Anonymous"


def _inverted(person: Mapping[str, Any]) -> str:
    """ "Lovelace, A. K."; names in Chinese, Japanese or Korean characters whole."""
    family, given = str(person.get("family_name") or ""), str(person.get("given_name") or "")
    if person.get("type") == "organizational" or not family:
        return str(person.get("name") or "")
    if is_cjk(family) and is_cjk(given):
        return f"{family}{given}"
    initials = " ".join(filter(None, map(_initial, given.split())))
    return f"{family}, {initials}" if initials else family


def _initial(name: str) -> str:
    """ "Jean-Luc" becomes "J.-L.", "A.B." becomes "A. B."."""
    letters = [
        part[0].upper() for part in re.split(r"[-‐‑]", name) if part and unicodedata.category(part[0]).startswith("L")
    ]
    if "." in name.rstrip("."):
        letters_of_dots = [part[0].upper() for part in name.split(".") if part and part[0].isalpha()]
        return " ".join(f"{letter}." for letter in letters_of_dots)
    return "-".join(f"{letter}." for letter in letters)


def _kind(resource_type: object) -> str:
    if not isinstance(resource_type, Mapping):
        return ""
    identifier = str(resource_type.get("id") or "")
    main = identifier.partition("-")[0]
    if main == "publication":
        return ""
    return _BRACKETED.get(identifier) or _BRACKETED.get(main) or localized(resource_type.get("title"), "en")


def _ended(text: Markup) -> Markup:
    plain = text.striptags()
    return text if plain.endswith((".", "?", "!", "。")) else text + "."
