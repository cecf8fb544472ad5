"""Objects outside any session: what was given is there, the rest is nothing, and all of it can be stored."""

from __future__ import annotations

from sqlalchemy import inspect

from muniment.db.detached import detached, values_of
from muniment.records.models import Draft, Parent


def test_what_was_not_given_is_nothing() -> None:
    parent = detached(Parent, id=7, pids={"doi": {}})
    assert (parent.id, parent.pids, parent.latest_id) == (7, {"doi": {}}, None)
    values = values_of(parent)
    assert values.keys() == {column.name for column in Parent.__table__.columns}
    assert {name: value for name, value in values.items() if value is not None} == {"id": 7, "pids": {"doi": {}}}


def test_values_can_be_changed_and_belong_to_no_session() -> None:
    draft = detached(Draft, id=1, revision=1)
    draft.revision += 1
    draft.data = {"metadata": {}}
    assert (values_of(draft)["revision"], values_of(draft)["data"]) == (2, {"metadata": {}})
    assert inspect(draft).transient
