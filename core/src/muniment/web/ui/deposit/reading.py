"""From a form to the record's JSON: what the form shows is replaced, what it does not know stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from muniment.records.schemas import limits
from muniment.web.ui.deposit import shape
from muniment.web.ui.deposit.access import access_choice, chosen_access
from muniment.web.ui.deposit.branches import NOTHING, Branch, grow, json_value
from muniment.web.ui.deposit.values import split_list
from muniment.web.ui.rich_text import html_of

#: Finds the term that a typed text means: vocabulary, text, and the id that stood beside it.
LookUp = Callable[[str, str, str], "str | None"]

#: No value: the key is left out.
ABSENT: Final = object()
#: An entry of a list in which nothing was entered yet.
BLANK: Final = object()


@dataclass(frozen=True)
class Reading:
    """What a form says. `document` is the JSON to save; `shown` is the same with None for entries that are empty, as
    the form shows them again. `tokens` and `shown_tokens` are the entries of each list, by the list's control name."""

    document: dict[str, Any]
    shown: dict[str, Any]
    tokens: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shown_tokens: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def control(self, path: str) -> str:
        """The name of the control, or the list or object of controls, for a path of the document."""
        return _translated(path, self.tokens)

    def place(self, control: str) -> str:
        """The path in `shown` for the name of a control, a list or an entry."""
        name, parts = "", []
        for part in control.split("."):
            entries = self.shown_tokens.get(name)
            parts.append(str(entries.index(part)) if entries and part in entries else part)
            name = f"{name}.{part}" if name else part
        return ".".join(parts)


def _translated(path: str, tokens: Mapping[str, tuple[str, ...]]) -> str:
    name = ""
    for part in path.split("."):
        entries = tokens.get(name)
        if entries is not None and part.isdecimal() and int(part) < len(entries):
            part = entries[int(part)]
        name = f"{name}.{part}" if name else part
    return name


def read_form(
    pairs: Iterable[tuple[str, str]],
    whole: shape.ObjectNode,
    base: Mapping[str, Any],
    look_up: LookUp = lambda *_: None,
) -> Reading:
    """The document that a form describes, given the one that it was made from.

    What has no control in `pairs` is taken from `base`, but for entries of lists: they consist of their controls.
    """
    reader = _Reader(look_up)
    raw = reader.object(whole, grow(pairs), dict(base), "")
    raw = {"metadata": {}, **({} if raw is ABSENT else raw)}
    tokens = {name: tuple(token for token, full in entries if full) for name, entries in reader.entries.items()}
    shown = {name: tuple(token for token, _ in entries) for name, entries in reader.entries.items()}
    return Reading(_without_blanks(raw), _with_none(raw), tokens, shown)


def _without_blanks(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_blanks(item) for key, item in value.items() if not (item and _is_blank(item))}
    if isinstance(value, list):
        return [_without_blanks(item) for item in value if item is not BLANK]
    return value


def _with_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_none(item) for key, item in value.items()}
    if isinstance(value, list):
        return [None if item is BLANK else _with_none(item) for item in value]
    return value


class _Reader:
    """Reads each kind of node. `base` is the value before, ABSENT where there was none."""

    def __init__(self, look_up: LookUp) -> None:
        self.look_up = look_up
        self.entries: dict[str, list[tuple[str, bool]]] = {}
        self._by_kind: dict[type[shape.Node], Callable[..., Any]] = {
            shape.TextNode: self.text,
            shape.ChoiceNode: self.plain,
            shape.FlagNode: self.flag,
            shape.SwitchNode: self.flag,
            shape.NumberNode: self.number,
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

    def value(self, node: shape.Node, branch: Branch, base: Any, name: str) -> Any:
        return self._by_kind[type(node)](node, branch, base, name)

    # Single values ----------------------------------------------------------------------------------------------

    def plain(self, _node: shape.Node, branch: Branch, base: Any, _name: str) -> Any:
        if branch.last is None:
            return base
        return branch.last if branch.last.strip() else ABSENT

    def text(self, node: shape.TextNode, branch: Branch, base: Any, name: str) -> Any:
        found = self.plain(node, branch, base, name)
        # What was stored stays to the letter; what is typed without the editor has paragraphs, not markup.
        typed = node.html and found is not ABSENT and found != base and "\n" in found.strip()
        return html_of(found) if typed else found

    def flag(self, _node: shape.Node, branch: Branch, base: Any, _name: str) -> Any:
        if branch.last is None:
            return base
        return {"true": True, "false": False}.get(branch.last, ABSENT)

    def number(self, node: shape.NumberNode, branch: Branch, base: Any, name: str) -> Any:
        found = self.plain(node, branch, base, name)
        return number_of(found) if isinstance(found, str) else found

    def term(self, node: shape.TermNode, branch: Branch, base: Any, _name: str) -> Any:
        if not branch.children:
            return base
        text, identifier = branch.text("text"), branch.text("id") or ""
        if text is None:
            return {"id": identifier} if identifier.strip() else ABSENT
        if not text.strip():
            return ABSENT
        return {"id": self._meant(node.vocabulary, text.strip(), identifier, branch.text("known"))}

    def _meant(self, vocabulary: str, text: str, identifier: str, known: str | None) -> str:
        """The id of the term in a field with suggestions. What names no term is sent as it is, to be refused there."""
        if identifier and known is not None and text == known.strip():
            return identifier
        return self.look_up(vocabulary, text, identifier) or text

    def words(self, node: shape.WordsNode, branch: Branch, base: Any, _name: str) -> Any:
        if not branch.children:
            return base
        text, identifier, known = (branch.text(part) or "" for part in (node.word, "id", "known"))
        if not text.strip():
            return ABSENT
        if not identifier or text.strip() != known.strip():
            return {node.word: text}
        return {"id": identifier} if text == identifier else {"id": identifier, node.word: text}

    def localized(self, _node: shape.LocalizedNode, branch: Branch, base: Any, _name: str) -> Any:
        if not branch.children:
            return base
        sent = {language: child.last for language, child in branch.children.items() if child.last is not None}
        kept = {} if base is ABSENT or not isinstance(base, dict) else base
        found = {language: text for language, text in {**kept, **sent}.items() if str(text).strip()}
        return found or ABSENT

    def geometry(self, _node: shape.Node, branch: Branch, base: Any, _name: str) -> Any:
        if not branch.children:
            return base
        if other := branch.text("other"):
            return json_value(other) or ABSENT
        given = [(branch.text(part) or "").strip() for part in ("longitude", "latitude", "altitude")]
        if not any(given):
            return ABSENT
        return {"type": "Point", "coordinates": [number_of(text) for text in given[: 3 if given[2] else 2]]}

    def kept(self, _node: shape.Node, branch: Branch, base: Any, _name: str) -> Any:
        value = json_value(branch.last)
        return base if value is None else value

    def texts(self, _node: shape.Node, branch: Branch, base: Any, _name: str) -> Any:
        if not branch.values:
            return base
        return [value for _, value in branch.values if value.strip()]

    def licence(self, _node: shape.Node, branch: Branch, base: Any, name: str) -> Any:
        if folded := json_value(branch.last):
            return folded
        choice = branch.text("choice")
        if choice is None:
            return base
        if choice == "custom":
            return self.object(CUSTOM_LICENCE, branch, {}, name)
        if choice != "other":
            return {"id": choice} if choice else ABSENT
        text = (branch.text("text") or "").strip()
        return {"id": self._meant("licenses", text, branch.text("id") or "", branch.text("known"))} if text else ABSENT

    def access(self, _node: shape.Node, branch: Branch, base: Any, _name: str) -> Any:
        before = {} if base is ABSENT else base
        choice = branch.text("choice")
        if choice is None or choice == access_choice(before):
            return base
        return {**before, **chosen_access(choice)}

    def identifiers(self, node: shape.ExternalIdentifierNode, branch: Branch, base: Any, _name: str) -> Any:
        sent = branch.child(node.scheme)
        external = sent.text("external")
        if external is None:
            return base
        kept = {} if base is ABSENT else dict(base)
        present = kept.get(node.scheme)
        if isinstance(present, Mapping) and present.get("provider") not in (None, "external"):
            return kept  # a reserved one is given back by its own button
        kept.pop(node.scheme, None)
        if external.strip() and sent.text("choice") in (None, "external"):
            kept[node.scheme] = {"identifier": external.strip(), "provider": "external"}
        return kept or ABSENT

    # Objects and lists ------------------------------------------------------------------------------------------

    def object(self, node: shape.ObjectNode, branch: Branch, base: Any, name: str) -> Any:
        if branch.values and not branch.children:
            folded = json_value(branch.last)
            return folded if isinstance(folded, dict) and folded else ABSENT
        found = dict(base) if isinstance(base, Mapping) else {}
        counts = bool(found)
        for key, field_node in node.fields.items():
            below = f"{name}.{key}" if name else key
            value = self.value(field_node, branch.child(key), found.get(key, ABSENT), below)
            if value is ABSENT:
                found.pop(key, None)
                continue
            found[key] = value
            counts = counts or (field_node.counts and not _is_blank(value))
        if node.identity and "id" in found and identity_of(node, found) != branch.text("known"):
            del found["id"]
        return found if found and counts else ABSENT

    def list(self, node: shape.ListNode, branch: Branch, base: Any, name: str) -> Any:
        if not branch.values:
            return base
        found = []
        entries = self.entries.setdefault(name, [])
        for token in branch.tokens[: limits.ITEMS]:
            value = self.value(node.item, branch.children.get(token, NOTHING), ABSENT, f"{name}.{token}")
            entries.append((token, value is not ABSENT))
            found.append(BLANK if value is ABSENT else value)
        return found or ABSENT

    def chips(self, node: shape.ChipsNode, branch: Branch, base: Any, _name: str) -> Any:
        if not branch.children:
            return base
        chosen = [(place, value, True) for place, value in branch.child("id").values]
        chosen += [(place, value, False) for place, value in branch.child("word").values]
        found = [self._chip(node, value, is_id=is_id) for _, value, is_id in sorted(chosen) if value.strip()]
        present = {orjson.dumps(item, option=orjson.OPT_SORT_KEYS) for item in found}
        for text in split_list(branch.text("add") or ""):
            item = self._typed_chip(node, text)
            key = orjson.dumps(item, option=orjson.OPT_SORT_KEYS)
            if key not in present:
                present.add(key)
                found.append(item)
        return found[: limits.ITEMS] or ABSENT

    def _chip(self, node: shape.ChipsNode, value: str, *, is_id: bool) -> dict[str, Any]:
        if not is_id:
            return {node.word: value} if node.word else {"id": value}
        whole = json_value(value) if value.startswith("{") else None
        return whole if isinstance(whole, dict) else {"id": value}

    def _typed_chip(self, node: shape.ChipsNode, text: str) -> dict[str, Any]:
        identifier = self.look_up(node.vocabulary, text, "") if node.vocabulary else None
        if identifier:
            return {"id": identifier}
        return {node.word: text} if node.free and node.word else {"id": text}


def identity_of(node: shape.ObjectNode, value: Mapping[str, Any]) -> str:
    """What an object with an id says in words, to be compared with what it says later."""
    words = {key: value[key] for key in node.identity if key in value}
    return orjson.dumps(words, option=orjson.OPT_SORT_KEYS).decode()


def _is_blank(value: Any) -> bool:
    """Whether a list holds nothing but entries that are empty."""
    return isinstance(value, list) and all(item is BLANK for item in value)


def number_of(text: str) -> Any:
    """The number that a text is; the text itself when it is none. A comma counts as point."""
    plain = text.strip().replace(",", ".").replace("−", "-")
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        return float(plain)
    except ValueError:
        return text


CUSTOM_LICENCE: Final = shape.ObjectNode(
    fields={
        "title": shape.LocalizedNode(),
        "description": shape.LocalizedNode(lines=True),
        "link": shape.TextNode(input="url"),
    }
)
