"""Record pages that are kept for visitors: always those of the present record, never somebody's own."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

from muniment.access.actor import SYSTEM
from muniment.hooks.meta import implements
from muniment.web.ui.page_cache import LONGEST, KeptPage, PageCache
from muniment.web.ui.slots import Fragment

Make = Callable[..., Any]


def _kept(app: Any) -> int:
    return len(app.extensions["muniment_pages"].record_pages)


def _text(client: Any, address: str, **headers: str) -> str:
    text: str = client.get(address, headers=headers).get_data(as_text=True)
    return text


def test_a_page_is_made_once_per_language(app: Any, client: Any, make_record: Make) -> None:
    address = f"/records/{make_record().id}"
    first = _text(client, address)
    assert _text(client, address) == first
    assert _kept(app) == 1
    german = client.get(address, headers={"Accept-Language": "de"})
    assert "Diese Version zitieren" in german.get_data(as_text=True)
    assert "Accept-Language" in german.headers["Vary"]
    assert _kept(app) == 2


def test_an_edited_record_is_seen_at_once(app: Any, client: Any, repository: Any, make_record: Make, ada: Any) -> None:
    record = make_record(title="First title")
    assert "First title" in _text(client, f"/records/{record.id}")
    draft = repository.records.edit(ada.actor, record.id)
    data = {**draft.data, "metadata": {**draft.data["metadata"], "title": "Second title"}}
    repository.records.update_draft(ada.actor, record.id, data)
    repository.records.publish(ada.actor, record.id)
    assert "Second title" in _text(client, f"/records/{record.id}")


def test_a_new_version_and_an_edit_of_one_are_seen_on_the_others(
    client: Any, repository: Any, make_record: Make, ada: Any
) -> None:
    first = make_record()
    assert "There is a newer version" not in _text(client, f"/records/{first.id}")
    draft = repository.records.new_version(ada.actor, first.id)
    second = repository.records.publish(ada.actor, draft.id)
    assert "There is a newer version" in _text(client, f"/records/{first.id}")
    edited = repository.records.edit(ada.actor, second.id)
    data = {**edited.data, "metadata": {**edited.data["metadata"], "version": "renamed"}}
    repository.records.update_draft(ada.actor, second.id, data)
    repository.records.publish(ada.actor, second.id)
    assert ">renamed</a>" in _text(client, f"/records/{first.id}")


def test_what_was_closed_or_withdrawn_is_gone_at_once(
    client: Any, repository: Any, make_record: Make, ada: Any
) -> None:
    closed, gone = make_record(title="Soon closed"), make_record(title="Soon gone")
    for record in (closed, gone):
        client.get(f"/records/{record.id}")
    draft = repository.records.edit(ada.actor, closed.id)
    repository.records.update_draft(
        ada.actor, closed.id, {**draft.data, "access": {"record": "restricted", "files": "restricted"}}
    )
    repository.records.publish(ada.actor, closed.id)
    repository.records.delete(SYSTEM, gone.id, {"removal_reason": {"id": "spam"}, "is_visible": True})
    assert client.get(f"/records/{closed.id}").status_code == 403
    assert client.get(f"/records/{gone.id}").status_code == 410


def test_pages_of_members_and_queries_are_not_kept(
    app: Any, client: Any, make_record: Make, sign_in: Make, ada: Any
) -> None:
    record = make_record()
    client.get(f"/records/{record.id}?lang=en")
    sign_in(client, ada)
    assert "Ada Lovelace" in _text(client, f"/records/{record.id}")
    assert _kept(app) == 0
    assert "Ada Lovelace" not in _text(app.test_client(), f"/records/{record.id}")


class Counter:
    """A plugin whose fragment changes with each page."""

    seen = 0

    @implements
    def render_slot(self, slot: str, context: Any) -> list[Fragment]:
        if slot != "record.sidebar":
            return []
        self.seen += 1
        return [Fragment(f"seen {self.seen}")]


def test_pages_with_what_plugins_add_are_made_each_time(app: Any, client: Any, make_record: Make) -> None:
    from muniment.hooks.caller import Hooks
    from muniment.hooks.specs_pages import PageHooks
    from muniment.web.ui.slots import Slots

    shared = app.extensions["muniment_pages"]
    shared.slots = Slots(Hooks([PageHooks], [("counter", Counter())]))
    app.jinja_env.globals["slot"] = shared.slots.render
    record = make_record()
    assert "seen 1" in _text(client, f"/records/{record.id}")
    assert "seen 2" in _text(client, f"/records/{record.id}")


def _page(length: int) -> KeptPage:
    return KeptPage(b"x" * length)


def test_a_kept_page_is_sent_packed_to_those_who_take_it(client: Any, make_record: Make) -> None:
    address = f"/records/{make_record().id}"
    plain = client.get(address)
    for _ in range(2):
        packed = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_the_least_used_pages_make_room() -> None:
    cache = PageCache(capacity=3 * len(_page(20)))
    for number in range(10):
        cache.put(number, _page(20))
        cache.get(0)
    assert cache.get(0) is not None
    assert cache.get(9) is not None
    assert cache.get(1) is None
    assert len(cache) == 3


def test_a_page_that_would_push_out_all_others_is_not_kept() -> None:
    cache = PageCache()
    cache.put("long", _page(LONGEST + 1))
    assert cache.get("long") is None
