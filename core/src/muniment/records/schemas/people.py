"""Creators and contributors: persons and organisations with their roles and affiliations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import validate

from muniment.identifiers import IdentifierSchemes
from muniment.records.schemas import limits
from muniment.records.schemas.identifiers import IdentifierPart, IdentifierSet
from muniment.records.schemas.parts import Errors, ListOf, ObjectOf, Part, add_error
from muniment.records.schemas.relations import AffiliationField
from muniment.records.schemas.terms import TermField
from muniment.records.schemas.text import Text

_TYPES = ["organizational", "personal"]
_TYPE_MESSAGE = f"Invalid value. Choose one of {_TYPES}."


def person_name(family_name: str, given_name: str) -> str:
    """The name as it is written in lists: family name first."""
    return ", ".join(name for name in (family_name, given_name) if name)


class PersonOrOrganizationPart(Part):
    """A person (family and given name; `name` is computed) or an organisation (`name`)."""

    type = Text(
        required=True,
        validate=validate.OneOf(_TYPES, error=_TYPE_MESSAGE),
        error_messages={"required": _TYPE_MESSAGE},
    )
    name = Text(maximum=limits.NAME)
    given_name = Text(maximum=limits.NAME)
    family_name = Text(maximum=limits.NAME)

    def finish(self, data: dict[str, Any], errors: Errors) -> None:
        if data.get("type") == "personal":
            if not data.get("family_name") and "family_name" not in errors:
                add_error(errors, "Family name cannot be blank.", "family_name")
            data["name"] = person_name(data.get("family_name", ""), data.get("given_name", ""))
        elif data.get("type") == "organizational":
            if not data.get("name") and "name" not in errors:
                add_error(errors, "Name cannot be blank.", "name")
            data.pop("family_name", None)
            data.pop("given_name", None)
        data.setdefault("name", "")


class AffiliationList(ListOf):
    """Affiliations, each once; also given as plain names, or as a single one."""

    def load_value(self, value: Any) -> list[Any]:
        return super().load_value([value] if isinstance(value, str) else value)

    def check(self, items: list[Any], errors: Errors) -> None:
        seen: set[str] = set()
        repeated: list[str] = []
        for index, item in enumerate(items):
            if item is None:
                continue
            label = item.get("name") or item.get("id") or ""
            if label in seen:
                items[index] = None
                repeated.append(label)
            seen.add(label)
        if repeated:
            add_error(errors, "Duplicated affiliations: " + ", ".join(dict.fromkeys(repeated)))


class CreatorPart(Part):
    """Someone who made the work, with an optional role."""

    role = TermField()
    affiliations = AffiliationList(AffiliationField(), maximum=1000)

    def load_part(self, value: Mapping[str, Any]) -> tuple[dict[str, Any], Errors]:
        data, errors = super().load_part(value)
        # Without a person or organisation there is nobody to keep the rest for.
        return (data, errors) if "person_or_org" in data else ({}, errors)


class ContributorPart(CreatorPart):
    """Someone who helped, with a role."""

    role = TermField(required=True)


def creators(schemes: IdentifierSchemes, part: type[CreatorPart], **options: Any) -> ListOf:
    """The list field of creators or contributors. Either kind of agent may carry the identifiers of the other."""
    identifiers = IdentifierSet(ObjectOf(IdentifierPart(schemes, "person", "organization")), maximum=100)
    agent = PersonOrOrganizationPart.with_fields(identifiers=identifiers)
    return ListOf(ObjectOf(part.with_fields(person_or_org=ObjectOf(agent, required=True))), **options)
