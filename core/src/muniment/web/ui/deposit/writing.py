"""From the record's JSON to a form: the values that its controls have, and the shapes that they rely on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import orjson

from muniment.web.ui.deposit import shape
from muniment.web.ui.deposit.access import access_choice
from muniment.web.ui.deposit.reading import CUSTOM_LICENCE, identity_of

Pair = tuple[str, str]
#: Titles of terms, by vocabulary and id.
Titles = Mapping[tuple[str, str], str]

#: What the API sends along and takes from nobody, at the top level of a draft and below.
_READ_ONLY: Final = frozenset(
    [
        *("id", "created", "updated", "revision_id", "is_published", "is_draft", "status", "versions"),
        *("deletion_status", "links", "expires_at", "tombstone", "errors", "stats", "swh"),
    ]
)
_OF_FILES: Final = ("enabled", "order", "default_preview")


def written_part(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a client may write of a draft's JSON as the API sends it, parts of plugins included."""
    found = {key: value for key, value in data.items() if key not in _READ_ONLY}
    found["files"] = {key: data.get("files", {})[key] for key in _OF_FILES if key in data.get("files", {})}
    media = data.get("media_files", {})
    if media.get("enabled"):
        found["media_files"] = {"enabled": True}
    else:
        found.pop("media_files", None)
    parent = data.get("parent")
    if isinstance(parent, Mapping):
        found["parent"] = {key: value for key, value in parent.items() if key not in ("id", "pids")}
    return found


def fitted(node: shape.Node, value: Any) -> Any:
    """`value` as far as it has the form that the node expects; None when it has not. Titles of terms are left out."""
    match node:
        case shape.ObjectNode():
            if not isinstance(value, Mapping):
                return None
            known = {key: fitted(field, value[key]) for key, field in node.fields.items() if key in value}
            return {**value, **known}
        case shape.ListNode():
            entries = value if isinstance(value, list) else []
            return [fitted(node.item, entry) for entry in entries]
        case shape.TermNode():
            return {"id": value["id"]} if isinstance(value, Mapping) and isinstance(value.get("id"), str) else None
        case shape.ChipsNode():
            return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []
        case shape.TextNode() | shape.ChoiceNode():
            return str(value) if isinstance(value, (str, int, float)) else None
        case (
            shape.WordsNode()
            | shape.LocalizedNode()
            | shape.LicenceNode()
            | shape.GeometryNode()
            | shape.AccessNode()
            | shape.ExternalIdentifierNode()
        ):
            return value if isinstance(value, Mapping) else None
        case shape.ValuesNode():
            return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []
        case _:
            return value


def form_pairs(node: shape.Node, value: Any, name: str = "", titles: Titles | None = None) -> list[Pair]:
    """Names and values of all controls for a fitted value, in the order in which a form sends them."""
    return list(_Writer(titles or {}).pairs(node, value, name))


class _Writer:
    def __init__(self, titles: Titles) -> None:
        self.titles = titles
        self._by_kind: dict[type[shape.Node], Callable[..., Iterator[Pair]]] = {
            shape.TextNode: self.text,
            shape.ChoiceNode: self.text,
            shape.NumberNode: self.text,
            shape.FlagNode: self.flag,
            shape.SwitchNode: self.flag,
            shape.TermNode: self.term,
            shape.WordsNode: self.words,
            shape.LocalizedNode: self.localized,
            shape.LicenceNode: self.licence,
            shape.GeometryNode: self.geometry,
            shape.KeptNode: self.kept,
            shape.ObjectNode: self.object,
            shape.ListNode: self.list,
            shape.ChipsNode: self.chips,
            shape.ValuesNode: self.texts,
            shape.AccessNode: self.access,
            shape.ExternalIdentifierNode: self.identifiers,
        }

    def pairs(self, node: shape.Node, value: Any, name: str) -> Iterator[Pair]:
        yield from self._by_kind[type(node)](node, value, name)

    def text(self, _node: shape.Node, value: Any, name: str) -> Iterator[Pair]:
        yield name, "" if value is None else str(value)

    def flag(self, _node: shape.Node, value: Any, name: str) -> Iterator[Pair]:
        yield name, "" if value is None else str(bool(value)).lower()

    def term(self, node: shape.TermNode, value: Any, name: str) -> Iterator[Pair]:
        identifier = (value or {}).get("id", "")
        if node.long:
            text = term_text(self.titles, node.vocabulary, identifier)
            yield from ((f"{name}.text", text), (f"{name}.known", text))
        yield f"{name}.id", identifier

    def words(self, node: shape.WordsNode, value: Any, name: str) -> Iterator[Pair]:
        shown = words_text(node, value)
        yield from ((f"{name}.{node.word}", shown), (f"{name}.id", str((value or {}).get("id") or "")))
        yield f"{name}.known", shown

    def localized(self, node: shape.LocalizedNode, value: Any, name: str) -> Iterator[Pair]:
        for language, text in (value or {node.language: ""}).items():
            yield f"{name}.{language}", str(text)

    def licence(self, _node: shape.Node, value: Any, name: str) -> Iterator[Pair]:
        choice = licence_choice(value)
        yield f"{name}.choice", choice
        if choice == "custom":
            yield from self.object(CUSTOM_LICENCE, value, name)

    def geometry(self, _node: shape.Node, value: Any, name: str) -> Iterator[Pair]:
        point = point_of(value)
        if value and point is None:
            yield f"{name}.other", orjson.dumps(value).decode()
            return
        parts = ("longitude", "latitude", "altitude")
        for part, text in zip(parts, [*(point or ("", "")), ""], strict=False):
            yield f"{name}.{part}", text

    def kept(self, _node: shape.Node, value: Any, name: str) -> Iterator[Pair]:
        if value is not None:
            yield name, orjson.dumps(value).decode()

    def access(self, _node: shape.Node, value: Any, name: str) -> Iterator[Pair]:
        yield f"{name}.choice", access_choice(value)

    def identifiers(self, node: shape.ExternalIdentifierNode, value: Any, name: str) -> Iterator[Pair]:
        yield f"{name}.{node.scheme}.external", external_identifier(node, value)

    def object(self, node: shape.ObjectNode, value: Any, name: str) -> Iterator[Pair]:
        for key, field in node.fields.items():
            yield from self.pairs(field, (value or {}).get(key), f"{name}.{key}" if name else key)
        if node.identity and (value or {}).get("id"):
            yield f"{name}.known", identity_of(node, value)

    def list(self, node: shape.ListNode, value: Any, name: str) -> Iterator[Pair]:
        yield name, ""
        for place, entry in enumerate(value or ()):
            yield name, str(place)
            yield from self.pairs(node.item, entry, f"{name}.{place}")

    def chips(self, node: shape.ChipsNode, value: Any, name: str) -> Iterator[Pair]:
        for entry in value or ():
            sent = chip_value(node, entry)
            yield f"{name}.{'word' if sent.free else 'id'}", sent.value
        yield f"{name}.add", ""

    def texts(self, _node: shape.Node, value: Any, name: str) -> Iterator[Pair]:
        yield name, ""
        for entry in value or ():
            yield name, entry


def term_text(titles: Titles, vocabulary: str, identifier: str) -> str:
    """What a field with suggestions shows of a term."""
    return titles.get((vocabulary, identifier), identifier)


def words_text(node: shape.WordsNode, value: Any) -> str:
    return str((value or {}).get(node.word) or (value or {}).get("id") or "")


def licence_choice(value: Any) -> str:
    """The id of the licence, ``custom`` for terms of one's own, or nothing."""
    if not value:
        return ""
    return str(value["id"]) if value.get("id") else "custom"


def external_identifier(node: shape.ExternalIdentifierNode, value: Any) -> str:
    given = (value or {}).get(node.scheme)
    given = given if isinstance(given, Mapping) else {}
    return str(given.get("identifier") or "") if given.get("provider") == "external" else ""


def point_of(value: Any) -> list[str] | None:
    """Longitude and latitude, perhaps altitude, of a point as they are typed; None for other shapes."""
    if not isinstance(value, Mapping) or value.get("type") != "Point" or not isinstance(value.get("coordinates"), list):
        return None
    position = value["coordinates"]
    if not 2 <= len(position) <= 3 or not all(isinstance(part, (int, float, str)) for part in position):
        return None
    return [part if isinstance(part, str) else repr(part) for part in position]


class Chip:
    """A chip: what is sent for it, what it says, and whether it is words of one's own (`free`)."""

    def __init__(self, value: str, title: str, *, free: bool) -> None:
        self.value, self.title, self.free = value, title, free


def chip_value(node: shape.ChipsNode, entry: Mapping[str, Any], titles: Titles | None = None) -> Chip:
    """The chip of an entry. One with an id and words carries both, since not every id is a term of a vocabulary."""
    words, identifier = entry.get(node.word) if node.word else None, entry.get("id")
    if not identifier:
        return Chip(str(words or ""), str(words or ""), free=True)
    title = (titles or {}).get((node.vocabulary, str(identifier))) or str(words or identifier)
    if words is None:
        return Chip(str(identifier), title, free=False)
    whole = orjson.dumps({"id": str(identifier), node.word: str(words)}).decode()
    return Chip(whole, title, free=False)
