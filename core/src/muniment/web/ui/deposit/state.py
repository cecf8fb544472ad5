"""Everything that the page with the form shows, ready for its template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from muniment.identifiers import IdentifierSchemes
from muniment.records.publication import Publication
from muniment.records.schemas.fields import MetadataFields
from muniment.vocabularies.term import Term
from muniment.web.ui.deposit import writing
from muniment.web.ui.deposit.access import access_choice
from muniment.web.ui.deposit.options import Option, Options
from muniment.web.ui.deposit.problems import ShownProblem, errors_by_control, unique
from muniment.web.ui.deposit.reading import identity_of
from muniment.web.ui.deposit.sections import BASICS, SECTIONS, Section, domain_sections, holds_something
from muniment.web.ui.deposit.shape import ChipsNode, ExternalIdentifierNode, ListNode, Node, ObjectNode, TermNode

#: Entries of a long list of people are shown as lines, each opened by its button.
FOLDED_BEYOND = 20


def is_new_version(saved: Mapping[str, Any]) -> bool:
    """Whether a draft is to become a further version; plugins may call its state something else."""
    return not saved.get("is_published") and int((saved.get("versions") or {}).get("index", 1)) > 1


@dataclass
class DepositForm:
    """A draft as a form.

    `value` is the document as it is shown (fitted to `shape`), `saved` the draft's JSON as it is stored. `number` and
    `revision` are those of the draft, "" and 0 before it exists. `problems` are shown beside their controls and in the
    summary; `missing` is what stands against publishing. `opened` are entries of folded lists that are open, `focus`
    the control that gets the focus, `attempted` whether publishing was tried. `form_key` names a form that has no draft
    yet, `base` marks the fields as they were when the form was made, `subject` is who fills it in.
    """

    shape: ObjectNode
    value: Mapping[str, Any]
    options: Options
    titles: Mapping[tuple[str, str], str]
    schemes: IdentifierSchemes
    fields: MetadataFields
    number: str = ""
    revision: int = 0
    saved: Mapping[str, Any] = field(default_factory=dict)
    problems: Sequence[ShownProblem] = ()
    missing: Sequence[ShownProblem] = ()
    focus: str = ""
    opened: frozenset[str] = frozenset()
    #: Schemes of which an identifier can be reserved, and whether every version gets one at publishing.
    identifiers: Mapping[str, bool] = field(default_factory=dict)
    attempted: bool = False
    knows_me: bool = False
    subject: str = ""
    form_key: str = ""
    base: str = ""
    saved_at: str = ""
    allows_restricted: bool = True
    allows_metadata_only: bool = True
    owner_delete_days: int = 0
    file_modification_days: int = 0
    may_discard: bool = True
    #: What happens in place of publishing, when a plugin has it so.
    publication: Publication | None = None

    def __post_init__(self) -> None:
        self._errors = errors_by_control(self.problems)

    @property
    def is_edit(self) -> bool:
        """Whether the draft changes a record that is published."""
        return bool(self.saved.get("is_published"))

    @property
    def is_new_version(self) -> bool:
        return is_new_version(self.saved)

    @property
    def address(self) -> str:
        return f"/uploads/{self.number}" if self.number else "/uploads/new"

    @property
    def to_do(self) -> list[ShownProblem]:
        """What remains before the draft can be published, mistakes first, each once."""
        found = [problem for problem in (*self.problems, *self.missing) if problem.severity == "error"]
        return list({problem.short: problem for problem in unique(found)}.values())

    @property
    def access_choice(self) -> str:
        return access_choice(self.value.get("access"))

    @property
    def external_doi(self) -> str:
        node = self.node("pids")
        assert isinstance(node, ExternalIdentifierNode)
        return writing.external_identifier(node, self.value.get("pids"))

    def errors(self, name: str) -> list[str]:
        """What is wrong with one control."""
        return self._errors.get(name, [])

    def node(self, path: str) -> Node:
        node: Node = self.shape
        for part in path.split("."):
            assert isinstance(node, ObjectNode), f"{path} is no path of the form"
            node = node.fields[part]
        return node

    def at(self, path: str) -> Any:
        value: Any = self.value
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    @property
    def basics(self) -> tuple[str, ...]:
        return BASICS

    @property
    def sections(self) -> list[tuple[Section, bool]]:
        """The other sections, each with whether it is open at first: it holds something, something is wrong, or it was
        searched for."""
        return [(section, self._opens(section)) for section in (*SECTIONS, *domain_sections(self.fields))]

    def _opens(self, section: Section) -> bool:
        if holds_something(section, self.value) or self.focus.removeprefix("find.") in section.paths:
            return True
        return any(_is_below(problem.control, path) for problem in self.problems for path in section.paths)

    def title(self, vocabulary: str, identifier: str) -> str:
        return writing.term_text(self.titles, vocabulary, identifier)

    def choices(self, node: TermNode) -> list[Option]:
        return self.options.choices(node.vocabulary, node.tags)

    def chips(self, node: ChipsNode, value: Any) -> list[dict[str, Any]]:
        """Chips as the field with suggestions takes them."""
        made = [writing.chip_value(node, entry, self.titles) for entry in value or ()]
        return [{"value": chip.value, "title": chip.title, "free": chip.free} for chip in made]

    def entries(self, node: ListNode, value: Any, name: str) -> list[tuple[str, Any, bool]]:
        """The entries of a list: token, value, and whether it is folded into one line."""
        listed = list(value or ()) or ([None] if node.starts else [])
        folds = len(listed) > FOLDED_BEYOND and getattr(node.item, "layout", "") == "agent"
        return [
            (str(place), entry, folds and entry is not None and not self.is_open(f"{name}.{place}"))
            for place, entry in enumerate(listed)
        ]

    def is_open(self, name: str) -> bool:
        """Whether an entry is shown with its fields: it was opened, gets the focus, or something in it is wrong."""
        if name in self.opened or _is_below(self.focus.partition(":")[0], name):
            return True
        return any(_is_below(control, name) for control in self._errors)

    def has_vocabulary(self, name: str) -> bool:
        """Whether there are terms to suggest."""
        return bool(name) and self.options.knows(name)

    @property
    def recommended_licences(self) -> list[Term]:
        return self.options.terms("licenses", "recommended")

    @staticmethod
    def placeholder(name: str) -> str:
        """What stands for the token of an entry that a script will add; lists in lists need one each."""
        return f"__{name.count('__') // 2 + 1}__"

    @staticmethod
    def point(value: Any) -> list[str] | None:
        return writing.point_of(value)

    @staticmethod
    def identity(node: ObjectNode, value: Mapping[str, Any]) -> str:
        return identity_of(node, value)

    @staticmethod
    def with_one_more(entries: Any) -> list[Any]:
        """Entries followed by an empty one, so that another can be entered without a button."""
        return [*(entry for entry in entries or () if entry), None]

    @staticmethod
    def json(value: Any) -> str:
        """A value as a hidden control carries it."""
        return orjson.dumps(value).decode()

    @staticmethod
    def person_line(entry: Any) -> tuple[str, str, str]:
        """Name, affiliations and ORCID iD of a person or organisation, for the line that stands for the entry."""
        agent = (entry or {}).get("person_or_org") or {}
        name = ", ".join(filter(None, (agent.get("family_name"), agent.get("given_name")))) or agent.get("name") or ""
        places = [str(place.get("name") or place.get("id") or "") for place in (entry or {}).get("affiliations") or ()]
        identifiers = [one for one in agent.get("identifiers") or () if one]
        orcids = [one.get("identifier") for one in identifiers if one.get("scheme") == "orcid"]
        return str(name), ", ".join(filter(None, places)), str(next(iter(orcids), "") or "")

    def scheme_is_obvious(self, entry: Mapping[str, Any] | None, *uses: Any) -> bool:
        """Whether the kind of an identifier is recognised as what is stored, so that nobody need choose it."""
        if not entry or not entry.get("scheme"):
            return True
        return bool(self.schemes.detect(str(entry.get("identifier") or ""), *uses) == entry["scheme"])


def _is_below(control: str, path: str) -> bool:
    return control == path or control.startswith(f"{path}.")
