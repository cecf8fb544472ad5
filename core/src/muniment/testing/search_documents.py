"""Documents for tests of search backends, and a backend that is asked in few words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from muniment.search.facets import CORE_FACETS, Facets
from muniment.search.port import (
    BackendQuery,
    BackendResult,
    IndexDocument,
    Operation,
    Scope,
    SearchBackend,
    Upsert,
    Visibility,
)
from muniment.search.query import parse
from muniment.search.query.suggestions import suggestion
from muniment.search.sorts import CORE_SORTS

PUBLIC = frozenset({"public"})


def index_document(
    number: int,
    title: str = "A title",
    *,
    kind: str = "record",
    labels: Iterable[str] = PUBLIC,
    metadata: dict[str, Any] | None = None,
    is_latest: bool = True,
    deleted: bool = False,
    parent: int | None = None,
    owner: str = "1",
    created: str = "2024-01-01T00:00:00+00:00",
    files: dict[str, Any] | None = None,
    custom_fields: dict[str, Any] | None = None,
    extensions: dict[str, Any] | None = None,
    access: str = "public",
    **more: Any,
) -> IndexDocument:
    """A document as the records service hands it to the index, with a complete public JSON."""
    parent_id = str(parent or number + 100_000)
    data = {
        "id": str(number),
        "created": created,
        "updated": created,
        "is_published": kind == "record",
        "is_draft": kind == "draft",
        "status": "published" if kind == "record" else "draft",
        "pids": {"doi": {"identifier": f"10.5072/muniment.{number}", "provider": "datacite"}},
        "parent": {
            "id": parent_id,
            "access": {"owned_by": {"user": owner}},
            "pids": {"doi": {"identifier": f"10.5072/muniment.{parent_id}"}},
            "communities": {"entries": [{"slug": slug} for slug in more.pop("communities", ())]},
        },
        "versions": {"index": more.pop("version", 1), "is_latest": is_latest},
        "access": {"record": access, "files": access, "status": "open" if access == "public" else "restricted"},
        "files": files or {"enabled": False},
        "metadata": {
            "title": title,
            "resource_type": {"id": "dataset"},
            "publication_date": "2024-01-01",
            "creators": [{"person_or_org": {"type": "personal", "name": "Adeyemi, Ngozi"}}],
            **(metadata or {}),
        },
        "custom_fields": custom_fields or {},
    }
    return IndexDocument(
        f"{kind}:{number}",
        str(number),
        parent_id,
        kind,
        frozenset(labels),
        is_latest,
        deleted,
        orjson.dumps(data),
        extensions or {},
        **more,
    )


class Searched:
    """A backend with the few things that the cases do with it."""

    def __init__(self, backend: SearchBackend) -> None:
        self.backend = backend
        self.position = 0

    def apply(self, *operations: Operation) -> None:
        leadership = self.backend.lead()
        assert leadership is not None, "another process leads"
        try:
            self.position += 1
            leadership.apply(operations, self.position)
        finally:
            leadership.release()

    def add(self, *documents: IndexDocument) -> None:
        self.apply(*map(Upsert, documents))

    def titles(self, *titles: str, **same: Any) -> None:
        """Index one record for each title, numbered from 1."""
        self.add(*(index_document(number, title, **same) for number, title in enumerate(titles, 1)))

    def search(
        self,
        query: str = "",
        *,
        labels: Iterable[str] = PUBLIC,
        facets: dict[str, list[str]] | None = None,
        sort: str = "bestmatch",
        count: bool = False,
        offset: int = 0,
        limit: int = 100,
        scope: Scope = Scope.RECORDS,
        suggest: str | None = None,
        **visibility: Any,
    ) -> BackendResult:
        known = Facets(CORE_FACETS)
        return self.backend.search(
            BackendQuery(
                parse(query) if suggest is None else suggestion(suggest),
                Visibility(frozenset(labels), scope, **visibility),
                known.chosen(facets or {}, scope),
                known.requests(scope, lambda _: True) if count else (),
                next(option.order for option in CORE_SORTS if option.name == sort),
                offset,
                limit,
            )
        )

    def numbers(self, query: str = "", **arguments: Any) -> list[int]:
        """The numbers of the records that are found, in order."""
        return [int(key.partition(":")[2]) for key in self.search(query, **arguments).keys]

    def found(self, query: str = "", **arguments: Any) -> set[int]:
        return set(self.numbers(query, **arguments))

    def counts(self, facet: str, query: str = "", **arguments: Any) -> dict[str, int]:
        return dict(self.search(query, count=True, **arguments).counts[facet])


def rich_document() -> IndexDocument:
    """A record with something in every field."""
    return index_document(
        7,
        "Rich record: gold-standard H2O profiles by O'Brien",
        parent=70,
        owner="3",
        communities=("polar",),
        version=2,
        created="2024-02-10T12:00:00+00:00",
        files={
            "enabled": True,
            "count": 1,
            "total_bytes": 2_000_000,
            "entries": {
                "data/profile-2.csv": {
                    "ext": "csv",
                    "size": 2_000_000,
                    "checksum": "md5:0cc175b9c0f1b6a831c399e269772661",
                }
            },
        },
        metadata={
            "resource_type": {"id": "publication-article"},
            "publication_date": "2021-03-05",
            "publisher": "Muniment Press",
            "version": "v2.1",
            "description": "<p>Profiles of <em>glaciers</em> &amp; fjords.</p>",
            "additional_descriptions": [{"description": "Seasonal notes", "type": {"id": "notes"}}],
            "creators": [
                {
                    "person_or_org": {
                        "type": "personal",
                        "name": "Lovelace, Ada",
                        "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
                    },
                    "affiliations": [{"name": "Institute of Polar Studies", "id": "02nr0ka47"}],
                },
                {"person_or_org": {"type": "personal", "name": "O'Brien, Flann"}},
            ],
            "contributors": [
                {"person_or_org": {"type": "personal", "name": "Hopper, Grace"}, "role": {"id": "editor"}}
            ],
            "subjects": [{"subject": "sea ice"}, {"id": "x", "subject": "Cryosphere"}],
            "languages": [{"id": "deu", "title": {"en": "German"}}],
            "rights": [{"id": "cc-by-4.0", "title": {"en": "Creative Commons Attribution"}}],
            "identifiers": [{"identifier": "arXiv:2101.00001", "scheme": "arxiv"}],
            "related_identifiers": [
                {"identifier": "https://example.org/paper", "scheme": "url", "relation_type": {"id": "iscitedby"}}
            ],
            "funding": [
                {
                    "funder": {"id": "10.13039/501100001659", "name": "Deutsche Forschungsgemeinschaft (Forschung)"},
                    "award": {"number": "DFG-12", "title": {"en": "Ice and climate"}},
                }
            ],
            "references": [{"reference": "Nansen, F. (1902) The oceanography of the north polar basin"}],
            "locations": {"features": [{"place": "Svalbard"}]},
        },
        extensions={},
    )
