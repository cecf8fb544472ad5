"""Identifier schemes (DOI, ORCID, ROR, ISBN, ...): recognised, checked, normalised and turned into addresses."""

from __future__ import annotations

from muniment.identifiers.registry import IdentifierSchemes
from muniment.identifiers.scheme import IdentifierScheme, Use

__all__ = ["IdentifierScheme", "IdentifierSchemes", "Use"]
