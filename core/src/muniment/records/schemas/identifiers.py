"""Identifiers in records: checked against the schemes that their place allows, recognised when no scheme is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muniment.identifiers import IdentifierSchemes, Use
from muniment.records.schemas import limits
from muniment.records.schemas.parts import REQUIRED, Errors, ListOf, Part, add_error
from muniment.records.schemas.text import Text

UNKNOWN_SCHEME = "No valid scheme recognized for identifier."
INVALID_SCHEME = "Invalid scheme."


class IdentifierPart(Part):
    """`{identifier, scheme}`, with the schemes allowed in one or several places.

    What fails its check stays as it was typed, so that it can be mended; publishing refuses it.
    """

    identifier = Text(maximum=limits.IDENTIFIER)
    scheme = Text(maximum=limits.TERM)

    def __init__(self, schemes: IdentifierSchemes, *uses: Use, optional: bool = False) -> None:
        super().__init__()
        self.schemes = schemes
        self.uses = uses
        self.optional = optional

    def finish(self, data: dict[str, Any], errors: Errors) -> None:
        value, name = data.get("identifier"), data.get("scheme")
        if not value:
            data.pop("identifier", None)
            if not (self.optional and not name) and "identifier" not in errors:
                add_error(errors, REQUIRED, "identifier")
            if not name:
                data.pop("scheme", None)
            return
        self._check(data, errors, value, name or self.schemes.detect(value, *self.uses))

    def _check(self, data: dict[str, Any], errors: Errors, value: str, name: str | None) -> None:
        if name is None:
            data.pop("scheme", None)
            add_error(errors, UNKNOWN_SCHEME, "scheme")
            return
        scheme = self.schemes.get(name)
        if scheme is None or scheme.name not in self.schemes.for_use(*self.uses):
            add_error(errors, INVALID_SCHEME, "scheme")
            return
        data["scheme"] = scheme.name
        if self.schemes.is_valid(scheme.name, value):
            data["identifier"] = scheme.normalized(value)
        else:
            add_error(errors, f"Invalid {scheme.title} identifier.", "identifier")


class IdentifierSet(ListOf):
    """Identifiers of one thing: at most one of each scheme. Later ones of a scheme are reported and left out."""

    message = "Only one identifier per scheme is allowed."

    def key(self, item: Mapping[str, Any]) -> object:
        return item.get("scheme")

    def check(self, items: list[Any], errors: Errors) -> None:
        seen: set[object] = set()
        for index, item in enumerate(items):
            if item is None or "identifier" not in item or "scheme" not in item:
                continue
            key = self.key(item)
            if key in seen:
                items[index] = None
                add_error(errors, self.message, index)
            seen.add(key)


class IdentifierValueSet(IdentifierSet):
    """Identifiers of one thing, each value once."""

    message = "Duplicated identifier entry is not allowed."

    def key(self, item: Mapping[str, Any]) -> object:
        return item.get("scheme"), item.get("identifier")
