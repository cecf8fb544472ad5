"""Where else a work is, as its description says: addresses at places that people know by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from muniment.web.ui.description_view import mappings
from muniment.web.ui.identifier_links import identifier_address

#: Relations of a work to itself in another form, to its whole and to its parts; what it merely cites is not meant.
_SAME: Final = frozenset({
    "isidenticalto", "issupplementto", "issupplementedby", "isvariantformof", "isoriginalformof", "isversionof",
    "hasversion", "isnewversionof", "ispreviousversionof", "isderivedfrom", "issourceof", "iscompiledby", "compiles",
    "ispublishedin", "haspart", "ispartof",
})  # fmt: skip
#: Hosts with the names of what is there. `gitlab.` and the like stand for every host that begins so.
_PLACES: Final = {
    "github.com": "GitHub", "gitlab.": "GitLab", "codeberg.org": "Codeberg", "bitbucket.org": "Bitbucket",
    "git.sr.ht": "SourceHut", "archive.softwareheritage.org": "Software Heritage", "arxiv.org": "arXiv",
    "biorxiv.org": "bioRxiv", "medrxiv.org": "medRxiv", "pypi.org": "PyPI", "cran.r-project.org": "CRAN",
    "npmjs.com": "npm", "crates.io": "crates.io", "hub.docker.com": "Docker Hub", "huggingface.co": "Hugging Face",
    "osf.io": "OSF", "protocols.io": "protocols.io", "kaggle.com": "Kaggle", "zenodo.org": "Zenodo",
    "youtube.com": "YouTube", "vimeo.com": "Vimeo", "commons.wikimedia.org": "Wikimedia Commons",
}  # fmt: skip
#: Schemes that belong to one of these places without being an address.
_SCHEMES: Final = {"swh": "swhid", "swhid": "swhid", "arxiv": "arxiv"}
_MOST: Final = 12
_LONGEST: Final = 80


@dataclass(frozen=True)
class Place:
    """A place where the work is too: its name, the address there, and what of the address tells one from another."""

    name: str
    href: str
    what: str


def places_of(record: Mapping[str, Any]) -> list[Place]:
    """The places that the description of a record names, each address once, at most a dozen."""
    found: dict[str, Place] = {}
    for scheme, identifier in _named(record):
        address = identifier_address(identifier, _SCHEMES.get(scheme, scheme))
        name = _name(address)
        if name and address not in found:
            found[address] = Place(name, address, _what(address))
    return list(found.values())[:_MOST]


def _named(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Pairs of scheme and identifier: of the work itself, and of the same work elsewhere."""
    custom, metadata = record.get("custom_fields"), record.get("metadata")
    if isinstance(custom, Mapping) and isinstance(repository := custom.get("code:codeRepository"), str):
        yield "url", repository
    if not isinstance(metadata, Mapping):
        return
    for entry in mappings(metadata.get("identifiers")):
        yield _pair(entry)
    for entry in mappings(metadata.get("related_identifiers")):
        relation = entry.get("relation_type")
        if isinstance(relation, Mapping) and relation.get("id") in _SAME:
            yield _pair(entry)


def _pair(entry: Mapping[str, Any]) -> tuple[str, str]:
    identifier = str(entry.get("identifier") or "").strip()
    scheme = "swhid" if identifier.startswith("swh:1:") else str(entry.get("scheme") or "").lower()
    return scheme, identifier


def _name(address: str) -> str:
    """What a place is called, "" for one that nobody knows by name."""
    try:
        host = (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    if host in _PLACES:
        return _PLACES[host]
    return next((name for start, name in _PLACES.items() if start.endswith(".") and host.startswith(start)), "")


def _what(address: str) -> str:
    path = unquote(urlsplit(address).path).strip("/").removeprefix("abs/").removeprefix("project/")
    if path.startswith("swh:"):
        path = path.partition(";")[0]  # without where it was seen
    return path if len(path) <= _LONGEST else f"{path[: _LONGEST - 1]}…"
