"""What a deposit form is made of: nodes that mirror the record's JSON, each telling how its value is shown.

A control is named by the path of its value in the JSON (``metadata.title``); entries of a list carry a token in place
of their position (``metadata.creators.n3.role.id``), so that they keep their name when others are moved or removed.
Texts are lazily translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class Node:
    """A value of the JSON. `kind` names the macro that shows it; `counts` is False for what a person need not touch:
    an entry that holds nothing else is empty."""

    kind: ClassVar[str] = ""

    label: Any = ""
    hint: Any = ""
    required: bool = False
    counts: bool = True

    def control(self, path: str) -> str:
        """The name of the control that gets the focus when something is wrong with the value at `path`."""
        return path


@dataclass(frozen=True, kw_only=True)
class TextNode(Node):
    """A text of one line, of several (`lines`), or formatted (`html`). `input` is the type of the HTML input."""

    kind: ClassVar[str] = "text"

    lines: bool = False
    html: bool = False
    input: str = "text"
    rows: int = 3
    example: str = ""
    autocomplete: str = ""
    width: str = ""


@dataclass(frozen=True, kw_only=True)
class ChoiceNode(Node):
    """A text that is one of few: pairs of value and label."""

    kind: ClassVar[str] = "choice"

    options: tuple[tuple[str, Any], ...] = ()
    empty: Any = ""


@dataclass(frozen=True, kw_only=True)
class FlagNode(Node):
    """Yes, no or nothing."""

    kind: ClassVar[str] = "flag"


@dataclass(frozen=True, kw_only=True)
class NumberNode(Node):
    """A number, with `whole` one without fraction."""

    kind: ClassVar[str] = "number"

    whole: bool = False


@dataclass(frozen=True, kw_only=True)
class TermNode(Node):
    """A term of a vocabulary, `{"id"}`: chosen from a list, or searched when the vocabulary is `long`."""

    kind: ClassVar[str] = "term"

    vocabulary: str
    long: bool = False
    #: Terms that a list offers before anything is typed, by their tag.
    tags: str = ""

    def control(self, path: str) -> str:
        return f"{path}.text" if self.long else f"{path}.id"


@dataclass(frozen=True, kw_only=True)
class WordsNode(Node):
    """A term that may also be described in words, `{"id"}`, `{word}` or both; `word` is the key of the words."""

    kind: ClassVar[str] = "words"

    vocabulary: str
    word: str

    def control(self, path: str) -> str:
        return f"{path}.{self.word}"


@dataclass(frozen=True, kw_only=True)
class LocalizedNode(Node):
    """One text in several languages; the form offers those that are there, at least one."""

    kind: ClassVar[str] = "localized"

    lines: bool = False
    language: str = "en"
    width: str = ""

    def control(self, path: str) -> str:
        return f"{path}.{self.language}"


@dataclass(frozen=True, kw_only=True)
class LicenceNode(Node):
    """A licence: a term of the vocabulary, or terms of one's own with title, description and link."""

    kind: ClassVar[str] = "licence"

    def control(self, path: str) -> str:
        return f"{path}.choice"


@dataclass(frozen=True, kw_only=True)
class GeometryNode(Node):
    """A point as latitude and longitude; other shapes of GeoJSON are kept as they are."""

    kind: ClassVar[str] = "geometry"

    def control(self, path: str) -> str:
        return f"{path}.latitude"


@dataclass(frozen=True, kw_only=True)
class KeptNode(Node):
    """A value that the form carries along without showing it."""

    kind: ClassVar[str] = "kept"


@dataclass(frozen=True, kw_only=True)
class ObjectNode(Node):
    """An object. `layout` tells how its controls stand: ``stack``, ``row``, or the name of a macro of its own."""

    kind: ClassVar[str] = "object"

    fields: Mapping[str, Node] = field(default_factory=dict)
    layout: str = "stack"
    #: Fields that say in words what the object's `id` stands for: when they change, it stands for something else.
    identity: tuple[str, ...] = ()
    #: Where the focus goes, below the object's own path; its first control when it is not said.
    first: str = ""
    #: Paths at and below which plugins have controls of their own, each named by the path of its value.
    of_plugins: tuple[str, ...] = ()

    def control(self, path: str) -> str:
        if self.first:
            return f"{path}.{self.first}"
        name, first = next(iter(self.fields.items()))
        return first.control(f"{path}.{name}")


@dataclass(frozen=True, kw_only=True)
class ListNode(Node):
    """A list of entries that are added, removed and moved. `one` names an entry, `add` what adds one."""

    kind: ClassVar[str] = "list"

    item: Node
    one: Any = ""
    add: Any = ""
    #: How a list is pasted: as ``names``, as ``lines``, or not at all.
    paste: str = ""
    paste_label: Any = ""
    #: Whether an empty list shows an empty entry to begin with.
    starts: bool = False


@dataclass(frozen=True, kw_only=True)
class ChipsNode(Node):
    """A list of short entries of one kind, each a chip: terms (`word` empty) or terms and words."""

    kind: ClassVar[str] = "chips"

    vocabulary: str = ""
    word: str = ""
    free: bool = False

    def control(self, path: str) -> str:
        return f"{path}.add"


@dataclass(frozen=True, kw_only=True)
class ValuesNode(Node):
    """A list of plain texts, sent as repeated values of one name."""

    kind: ClassVar[str] = "values"


@dataclass(frozen=True, kw_only=True)
class AccessNode(Node):
    """Who may see the record and its files: one choice for both."""

    kind: ClassVar[str] = "access"

    def control(self, path: str) -> str:
        return f"{path}.choice"


@dataclass(frozen=True, kw_only=True)
class SwitchNode(Node):
    """True or false; never absent. An unchecked box is told from a missing one by a hidden value before it."""

    kind: ClassVar[str] = "switch"


@dataclass(frozen=True, kw_only=True)
class ExternalIdentifierNode(Node):
    """`pids` of a draft: identifiers given elsewhere are typed, reserved ones stay as they are."""

    kind: ClassVar[str] = "pids"

    scheme: str = "doi"

    def control(self, path: str) -> str:
        return f"{path}.{self.scheme}.external"
