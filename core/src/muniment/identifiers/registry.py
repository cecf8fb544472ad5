"""The identifier schemes that an instance knows, those of plugins included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from muniment.identifiers.core_schemes import core_schemes
from muniment.identifiers.detection import detected_core_schemes
from muniment.identifiers.scheme import IdentifierScheme, Use

#: Longer values are never identifiers; checking them would only cost time.
MAXIMUM_LENGTH = 4000
#: Control characters, and halves of characters, which cannot be sent or stored.
_UNUSABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def _usable(value: str) -> bool:
    return 0 < len(value) <= MAXIMUM_LENGTH and _UNUSABLE.search(value) is None


class IdentifierSchemes:
    """An immutable set of schemes, by default those of the core. Names and aliases are found whatever their case.

    Raises `ValueError` when two schemes claim one name.
    """

    def __init__(self, schemes: Iterable[IdentifierScheme] | None = None) -> None:
        self._schemes: dict[str, IdentifierScheme] = {}
        self._names: dict[str, IdentifierScheme] = {}
        for scheme in core_schemes() if schemes is None else schemes:
            self._add(scheme)
        self._by_use: dict[frozenset[Use], Mapping[str, IdentifierScheme]] = {}

    def _add(self, scheme: IdentifierScheme) -> None:
        if scheme.name != scheme.name.lower():
            raise ValueError(f"the name of identifier scheme '{scheme.name}' must be lower case")
        for name in (scheme.name, *scheme.aliases):
            other = self._names.get(name.lower())
            if other is not None:
                raise ValueError(f"identifier schemes '{other.title}' and '{scheme.title}' both claim '{name}'")
            self._names[name.lower()] = scheme
        self._schemes[scheme.name] = scheme

    def extended(self, schemes: Iterable[IdentifierScheme]) -> IdentifierSchemes:
        """A new set with more schemes, which are recognised before the present ones."""
        return IdentifierSchemes([*schemes, *self])

    def __iter__(self) -> Iterator[IdentifierScheme]:
        return iter(self._schemes.values())

    def get(self, name: str) -> IdentifierScheme | None:
        return self._names.get(name.lower())

    def for_use(self, *uses: Use) -> Mapping[str, IdentifierScheme]:
        """The schemes allowed in any of these places, by name."""
        wanted = frozenset(uses)
        found = self._by_use.get(wanted)
        if found is None:
            allowed = {name: scheme for name, scheme in self._schemes.items() if scheme.uses & wanted}
            found = self._by_use.setdefault(wanted, MappingProxyType(allowed))
        return found

    def detect(self, value: str, *uses: Use) -> str | None:
        """The name of the most likely scheme of `value` among those allowed in these places, or None."""
        if not _usable(value):
            return None
        allowed = self.for_use(*uses) if uses else self._schemes
        candidates = detected_core_schemes(value)
        for name, scheme in allowed.items():
            if name not in candidates.known and scheme.recognizes(value):
                return name
        likely = (name for name in candidates.found if name in allowed and allowed[name].is_valid(value))
        return next(likely, None) or self._recognized(value, allowed)

    @staticmethod
    def _recognized(value: str, allowed: Mapping[str, IdentifierScheme]) -> str | None:
        """Forms that idutils does not know (``https://www.orcid.org/...``). Almost anything looks like a handle."""
        return next((n for n, scheme in allowed.items() if n != "handle" and scheme.recognizes(value)), None)

    def is_valid(self, name: str, value: str) -> bool:
        scheme = self.get(name)
        return scheme is not None and _usable(value) and scheme.is_valid(value)

    def normalize(self, name: str, value: str) -> str:
        """The stored form of `value`; unknown schemes and malformed values leave it as it is."""
        scheme = self.get(name)
        return scheme.normalized(value) if scheme is not None and self.is_valid(name, value) else value

    def url(self, name: str, value: str) -> str:
        """The address that people can follow, or an empty string; never anything but http, https or ftp."""
        scheme = self.get(name)
        if scheme is None or not self.is_valid(name, value):
            return ""
        address = scheme.url(scheme.normalized(value))
        return address if address.lower().startswith(("https://", "http://", "ftp://")) else ""
