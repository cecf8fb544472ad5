"""Records in other formats, citations, and drafts that are checked: processor time for one of the sample records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import orjson

from muniment.access.actor import ANONYMOUS
from muniment.records.citation import citation_text
from muniment.records.items import RecordItem
from muniment.records.schemas import DraftSchema
from muniment.repository import Repository
from muniment.search.embedded.schema import layout_document
from muniment.web.current import state_of
from muniment.web.generations import open_app
from muniment.web.negotiation import Representation
from tests.bench.report import Figure, at_most
from tests.bench.timing import cpu_per_item

#: What clients send; the rest of a record's JSON the server makes.
_SENT = ("access", "files", "metadata", "custom_fields")


def serializing(repository: Repository, count: int = 200) -> Iterator[Figure]:
    """Every representation that the enabled plugins offer, citations, index documents, and loading of drafts."""
    items = []
    for item in repository.records.every_record(ANONYMOUS):
        items.append(item)
        if len(items) == count:
            break
    app = open_app(repository)
    offered = {item.name: item for _, item in state_of(app).representations.offered()}
    for representation in offered.values():
        with app.test_request_context("/api/records"):
            cost = cpu_per_item(_written(representation), items)
        yield _figure(f"written as {representation.name}", cost, 200)
    data = [item.data for item in items]
    yield _figure("citation", cpu_per_item(citation_text, data), 300)
    yield _figure("laid out for the index", _layout_cost(repository, items), None)
    yield _figure("JSON of a draft checked and loaded", _loading_cost(repository, data), 1000)


def _figure(operation: str, cost: float, bound: float | None) -> Figure:
    return Figure(operation, cost, "µs", target=at_most(bound) if bound else None, note="processor time per record")


def _written(representation: Representation) -> Callable[[RecordItem], bytes]:
    # A new item each time, since one keeps its JSON once it was read.
    return lambda item: representation.render(replace(item), ANONYMOUS)


def _layout_cost(repository: Repository, items: list[RecordItem]) -> float:
    documents = repository.records.index_documents(f"record:{repository.records.number_of(item.id)}" for item in items)
    fields = repository.search.fields
    return cpu_per_item(lambda document: layout_document(document, fields, ()), list(documents.values()))


def _loading_cost(repository: Repository, data: list[dict[str, Any]]) -> float:
    sent = [orjson.dumps({name: value[name] for name in _SENT if name in value}) for value in data]
    resolve, identifiers, fields = repository.vocabularies.resolve, repository.identifiers, repository.fields
    schema = DraftSchema()
    return cpu_per_item(
        lambda body: schema.load(orjson.loads(body), resolve=resolve, identifiers=identifiers, fields=fields), sent
    )
