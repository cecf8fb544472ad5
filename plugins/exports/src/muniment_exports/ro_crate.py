"""RO-Crate 1.1: the `ro-crate-metadata.json` of a record whose files lie on the web."""

from __future__ import annotations

from typing import Any

import orjson

from muniment_exports import schema_org
from muniment_exports.work import File, Work

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
PROFILE = "https://w3id.org/ro/crate/1.1"
#: What the context of that version lacks.
_ADDED = {"copyrightNotice": "http://schema.org/copyrightNotice"}
#: Properties whose nodes stand in the graph by themselves, linked by their address.
_LINKED = ("creator", "author", "editor", "contributor", "publisher", "funder", "funding", "license")


def write(work: Work) -> bytes:
    return orjson.dumps(document(work))


def document(work: Work) -> dict[str, Any]:
    """The crate, flattened: every entity once, referred to by its `@id`."""
    graph = _Graph()
    root = schema_org.node(work)
    kinds = ["Dataset"] if root["@type"] == "Dataset" else ["Dataset", root["@type"]]
    root = {**root, "@id": "./", "@type": kinds if len(kinds) > 1 else "Dataset"}
    for name in ("distribution", "encoding"):
        root.pop(name, None)
    root["hasPart"] = [*root.get("hasPart", []), *(graph.file(file) for file in work.files)]
    root.setdefault("datePublished", str(work.data.get("created") or "")[:10])
    root.setdefault("license", "No licence was stated.")
    for name in _LINKED:
        if name in root:
            values = root[name] if isinstance(root[name], list) else [root[name]]
            linked = [graph.link(value, name) for value in values]
            root[name] = linked if len(linked) > 1 else linked[0]
    for key, value in list(root.items()):
        if key not in ("@id", "@type"):
            root[key] = graph.flat(value)
    about = {
        "@id": "ro-crate-metadata.json", "@type": "CreativeWork", "conformsTo": {"@id": PROFILE},
        "about": {"@id": "./"},
    }  # fmt: skip
    added = {name: address for name, address in _ADDED.items() if name in root}
    return {
        "@context": [CONTEXT, added] if added else CONTEXT,
        "@graph": [about, {key: value for key, value in root.items() if value != []}, *graph.nodes],
    }


class _Graph:
    """The entities besides the root, each once."""

    def __init__(self) -> None:
        self._nodes: dict[str, dict[str, Any]] = {}
        self._addresses: dict[bytes, str] = {}

    @property
    def nodes(self) -> list[dict[str, Any]]:
        return list(self._nodes.values())

    def flat(self, value: Any) -> Any:
        """A value with every node in it put into the graph."""
        if isinstance(value, list):
            return [self.flat(item) for item in value]
        if isinstance(value, dict) and set(value) != {"@id"}:
            return self.link(value, "")
        return value

    def link(self, value: Any, name: str) -> Any:
        """What refers to a node, which is put into the graph."""
        if isinstance(value, str):
            if name != "license" or not value.startswith("http"):
                return value
            value = {"@id": value, "@type": "CreativeWork", "name": value}
        if set(value) == {"@id"}:
            return value
        address = value.get("@id") or self._anonymous(value)
        if address not in self._nodes:
            self._nodes[address] = {}  # so that a node that leads back to itself ends
            inside = {key: self.flat(item) if key not in ("@id", "@type") else item for key, item in value.items()}
            self._nodes[address] = {**inside, "@id": address}
        return {"@id": address}

    def _anonymous(self, value: dict[str, Any]) -> str:
        """The address of a node that has none of its own; the same for the same."""
        content = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        return self._addresses.setdefault(content, f"#{value.get('@type', 'node')}-{len(self._addresses) + 1}")

    def file(self, file: File) -> dict[str, str]:
        node = {
            "@id": file.address, "@type": "File", "name": file.key, "contentSize": str(file.size),
            "encodingFormat": file.media_type,
        }  # fmt: skip
        self._nodes[file.address] = node
        return {"@id": file.address}
