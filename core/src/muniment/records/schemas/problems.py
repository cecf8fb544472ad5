"""Turns marshmallow's error trees into problems with dotted paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from muniment.errors import Problem
from muniment.records.schemas.parts import REQUIRED, SELF

_KEY_LENGTH = 200


def problems_of(errors: Any, path: str) -> Iterator[Problem]:
    """One problem for each message, at the path of its field (``metadata.creators.0.person_or_org.type``)."""
    if isinstance(errors, dict):
        for key, child in errors.items():
            yield from problems_of(child, path if key == SELF else join(path, key))
    elif isinstance(errors, list):
        for child in errors:
            yield from problems_of(child, path)
    else:
        message = str(errors)
        yield Problem(path, message, code="required" if message == REQUIRED else "invalid")


def join(path: str, *keys: str | int) -> str:
    """A dotted path; marshmallow's own key for the whole object adds nothing."""
    return ".".join([*([path] if path else []), *(_shown(key) for key in keys)])


def _shown(key: str | int) -> str:
    """Keys may come from clients: what cannot be sent back is replaced, what is long is cut."""
    return str(key)[:_KEY_LENGTH].encode("utf-8", "replace").decode("utf-8")
