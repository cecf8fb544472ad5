"""What a check is: something that a community asks of what is brought to it, and what a check finds."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext

from muniment.api import Repository

#: What a community makes of a check: nothing, a hint for everybody, or something that has to be mended before.
OFF, ADVICE, ERROR = "off", "advice", "error"
LEVELS: Final = (OFF, ADVICE, ERROR)

Parameters = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class CheckSubject:
    """A draft or record as checks see it: its JSON (``metadata``, ``custom_fields``, ``access``), the names of its
    files, and what the community set for the check. Do not change it."""

    number: str
    data: Mapping[str, Any]
    files: tuple[str, ...]
    parameters: Parameters
    repository: Repository

    @property
    def metadata(self) -> Mapping[str, Any]:
        found = self.data.get("metadata")
        return found if isinstance(found, Mapping) else {}

    def entries(self, name: str) -> list[tuple[int, Mapping[str, Any]]]:
        """The objects of a list of the metadata, each with its place in it."""
        found = self.metadata.get(name)
        return [(place, one) for place, one in enumerate(found or ()) if isinstance(one, Mapping)]


@dataclass(frozen=True)
class Finding:
    """One thing that a check found, about the field with the dotted path `field` ("" for the whole).

    `message` is English with places for `values`, like ``The file %(name)s …``; it is looked up in the catalogues when
    it is shown. `code` is ``required`` for what is not there yet.
    """

    message: str
    field: str = ""
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    code: str = "curation"

    @property
    def text(self) -> str:
        """The message in the reader's language."""
        return str(gettext(self.message, **self.values) if self.values else gettext(self.message))

    @property
    def english(self) -> str:
        return self.message % self.values if self.values else self.message

    @property
    def json(self) -> dict[str, Any]:
        return {"message": self.message, "field": self.field, "values": dict(self.values), "code": self.code}


@dataclass(frozen=True)
class CheckParameter:
    """A list of texts that a community sets for a check: one on each line of a form, or ticked when there are `choices`
    (pairs of value and label).

    `problem` says what is wrong with one of them, None for what is right.
    """

    name: str
    label: Any
    help: Any = ""
    default: tuple[str, ...] = ()
    problem: Callable[[Repository, str], str | None] | None = None
    choices: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class CurationCheck:
    """A check. `id` is stored: the plugin's name, a hyphen and words (``sea-ice-positions``).

    `run` says what it finds; it reads and no more. One that asks servers, or takes more than some milliseconds, is run
    in the `background`: then `looks_at` gives what it depends on (anything that is JSON), and it is run again when that
    changes. What raises is shown as a check that could not be run, and blocks nothing.
    """

    id: str
    title: Any
    description: Any
    run: Callable[[CheckSubject], Iterable[Finding]]
    parameters: tuple[CheckParameter, ...] = ()
    background: bool = False
    looks_at: Callable[[CheckSubject], Any] | None = None
    order: int = 100

    def __post_init__(self) -> None:
        if self.background and self.looks_at is None:
            raise ValueError(f"check '{self.id}': one that runs in the background says what it looks at")
        if not self.id or len(self.id) > 80:
            raise ValueError("the id of a check has 1 to 80 characters")

    def mark(self, subject: CheckSubject) -> str:
        """Marks what a result in the background is about, so that an older one is told from a present one."""
        seen = self.looks_at(subject) if self.looks_at is not None else None
        content = json.dumps([seen, {name: list(value) for name, value in subject.parameters.items()}], sort_keys=True)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
