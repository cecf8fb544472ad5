"""What readers do not get who are not to learn who made a record: anonymous peer review.

Taken away is what names people or leads to them. What files say inside is for their authors to see to.
"""

from __future__ import annotations

from typing import Any, Final

#: Names of people, who paid them, and works that lead to them.
_METADATA: Final = ("creators", "contributors", "funding", "copyright", "identifiers", "related_identifiers")


def hide_people(body: dict[str, Any]) -> None:
    """Take people out of a record's JSON, before it is encoded. Custom fields and parts of plugins (``ext``) can name
    anybody, identifiers lead to registries that tell names, and files can be described with them."""
    body["metadata"] = {name: value for name, value in body["metadata"].items() if name not in _METADATA}
    body["custom_fields"] = {}
    body["pids"] = {}
    body.pop("ext", None)
    body.pop("tombstone", None)
    parent = body["parent"]
    parent["pids"], parent["communities"] = {}, {}
    parent["access"] = {**parent["access"], "owned_by": None}
    parent.pop("ext", None)
    links = body["links"]
    for name in [name for name in links if "doi" in name]:
        del links[name]
    for bucket in ("files", "media_files"):
        for entry in body[bucket].get("entries", {}).values():
            entry["metadata"] = None
