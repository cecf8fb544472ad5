"""One process writes: who may, who waits, and what becomes of an older write."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import search_port as port
from muniment.testing.search_documents import Searched, index_document
from muniment_elasticsearch import lease
from muniment_elasticsearch.cluster import ClusterAway
from muniment_elasticsearch.layout import Layout


def test_one_of_two_writes_until_it_gives_the_right_back(make_backend: Any) -> None:
    first, second = make_backend(), make_backend(filled=False)
    leadership = first.lead()
    assert leadership is not None
    assert second.lead() is None
    assert second.has_leader
    leadership.release()
    taken = second.lead()
    assert taken is not None
    taken.release()


def test_a_right_that_is_not_renewed_lapses_and_its_holder_stops(
    make_backend: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_backend(), make_backend(filled=False)
    monkeypatch.setattr(lease, "RENEW_SECONDS", 60.0)
    held_up = first.lead()
    assert held_up is not None
    assert second.lead() is None  # sees the note for the first time
    monkeypatch.setattr(lease, "LAPSE_SECONDS", 0.0)
    taken = second.lead()
    assert taken is not None
    held_up._lease._write("held up")  # the next time that it renews
    with pytest.raises(ClusterAway, match="Another process writes"):
        held_up.advance(5)
    held_up.release()
    taken.release()


def test_an_older_write_changes_nothing(make_backend: Any) -> None:
    backend = make_backend()
    searched = Searched(backend)
    searched.position = 10
    searched.titles("new title")
    name = backend.indexes.behind(backend.indexes.serving)
    old = [port.Upsert(index_document(1, "old title"))]
    backend.indexes.write(name, old, 5, port.CORE_FIELDS, Layout())
    backend.indexes.refresh(name)
    assert searched.found("new") == {1}
    assert searched.found("old") == set()
