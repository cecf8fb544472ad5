"""Terms as services hand them out, apart from how they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

#: The tag of a term that is not suggested any more: records that name it keep it.
DEPRECATED: Final = "deprecated"


@dataclass(frozen=True, kw_only=True)
class TermContent:
    """What a term says, as its file or an administrator wrote it.

    `title` and `description` map languages to texts. `props` hold what programs need: codes in other standards,
    the address of a licence. The mappings are shared between threads and must not be changed.
    """

    id: str
    title: Mapping[str, str]
    description: Mapping[str, str] = field(default_factory=dict)
    icon: str = ""
    props: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    def title_for(self, locale: str | None) -> str:
        """The title in that language (``de-AT`` takes ``de``), else in English, else in any, else the id."""
        return _localized(self.title, locale) or self.id

    def description_for(self, locale: str | None) -> str:
        """The description, chosen like the title; empty when there is none."""
        return _localized(self.description, locale)


@dataclass(frozen=True, kw_only=True)
class Term(TermContent):
    """A stored term. `revision` counts its changes, from 1."""

    type: str
    revision: int
    created: datetime
    updated: datetime

    def to_dict(self, base_url: str = "") -> dict[str, Any]:
        """The JSON of the REST API (InvenioRDM's: no icon and no description where there is none)."""
        data: dict[str, Any] = {"id": self.id, "type": self.type, "title": dict(self.title)}
        if self.description:
            data["description"] = dict(self.description)
        if self.icon:
            data["icon"] = self.icon
        return {
            **data,
            "props": dict(self.props),
            "tags": list(self.tags),
            "created": self.created,
            "updated": self.updated,
            "revision_id": self.revision,
            "links": {"self": f"{base_url}/api/vocabularies/{self.type}/{quote(self.id, safe='')}"},
        }


def _localized(texts: Mapping[str, str], locale: str | None) -> str:
    wanted = (locale or "en").replace("_", "-")
    for key in (wanted, wanted.partition("-")[0], "en"):
        if key in texts:
            return texts[key]
    return next(iter(texts.values()), "")
