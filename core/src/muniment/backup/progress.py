"""How long work tells how far it has come, without knowing who watches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Hands on `items` one by one and shows `label` with how many of `length` are done."""

    def __call__(self, items: Iterable[T], label: str, length: int) -> Iterable[T]: ...


def silent(items: Iterable[T], label: str, length: int) -> Iterable[T]:  # noqa: ARG001 - the protocol's signature
    """Shows nothing."""
    return items
