"""What the plugin tells others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment.api import Event


@dataclass(frozen=True)
class QuotaSet(Event):
    """Somebody set what a person may keep in all, or what the versions of a work may hold, without being asked.

    `whose` is a subject, or where `of_record` a parent; `size` is in bytes, None for what the site says.
    """

    name: ClassVar[str] = "quota.set"
    whose: int
    of_record: bool
    size: int | None
    subject_id: int | None

    @property
    def key(self) -> str:
        return f"quota:{'parent' if self.of_record else 'user'}:{self.whose}"
