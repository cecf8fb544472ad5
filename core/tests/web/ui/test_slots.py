"""Slots: fragments of plugins in pages."""

from __future__ import annotations

from typing import Any

import pytest
from markupsafe import Markup

from muniment.access.actor import SYSTEM
from muniment.errors import Conflict
from muniment.hooks.caller import Hooks
from muniment.hooks.meta import implements
from muniment.hooks.specs_pages import PageHooks
from muniment.repository import Repository
from muniment.testing.fakes import FakePlugins
from muniment.web.ui.slots import Fragment, Slots, UnknownSlot


class Speaker:
    """Says what it was given, in one slot."""

    def __init__(self, html: str, order: int = 100, slot: str = "record.sidebar") -> None:
        self.html, self.order, self.slot = html, order, slot
        self.seen: list[Any] = []

    @implements
    def render_slot(self, slot: str, context: Any) -> list[Fragment]:
        if slot != self.slot:
            return []
        self.seen.append(dict(context))
        return [Fragment(self.html, self.order)]


class Failing:
    @implements
    def render_slot(self, slot: str, context: Any) -> list[Fragment]:
        raise ZeroDivisionError("secret detail")


def _hooks(**plugins: object) -> Hooks:
    return Hooks([PageHooks], list(plugins.items()))


@pytest.mark.hook("render_slot")
def test_fragments_come_in_order_and_text_is_escaped() -> None:
    one, two = Speaker("<b>text</b>", 20), Speaker(Markup("<b>markup</b>"), 10)
    rendered = Slots(_hooks(one=one, two=two)).render("record.sidebar", record="R")
    assert rendered == (
        '<div class="slot" data-plugin="two"><b>markup</b></div>\n'
        '<div class="slot" data-plugin="one">&lt;b&gt;text&lt;/b&gt;</div>'
    )
    assert one.seen == [{"record": "R"}]


def test_slots_of_the_head_are_not_wrapped() -> None:
    hooks = _hooks(one=Speaker(Markup('<link rel="search" href="/x">'), slot="page.head"))
    assert Slots(hooks).render("page.head") == '<link rel="search" href="/x">'


def test_a_plugin_that_fails_is_missing_for_visitors_and_named_to_administrators() -> None:
    hooks = _hooks(broken=Failing(), fine=Speaker("fine"))
    visitors = Slots(hooks).render("record.sidebar", record="R")
    assert "fine" in visitors
    assert "broken" not in visitors
    administrators = Slots(hooks, lambda: True).render("record.sidebar", record="R")
    assert 'data-plugin="broken"' in administrators
    assert "secret detail" not in administrators


def test_an_undeclared_slot_is_an_error_of_the_template() -> None:
    with pytest.raises(UnknownSlot, match=r"record\.nowhere"):
        Slots(_hooks()).render("record.nowhere")


def test_a_plugin_fills_only_the_slots_that_its_manifest_lists() -> None:
    hooks = _hooks(listed=Speaker("side"), other=Speaker("banner", slot="page.banner"))
    slots = Slots(hooks, declared={"listed": ("page.banner",), "other": ("page.banner",)})
    assert slots.render("record.sidebar", record="R") == ""
    assert "banner" in slots.render("page.banner")
    assert not slots.may_fill("record.sidebar", "record.main")
    assert slots.may_fill("record.sidebar", "page.banner")
    assert [str(part) for part in slots.frame()] == ['<div class="slot" data-plugin="other">banner</div>']


def test_a_plugin_that_lists_none_may_fill_any() -> None:
    slots = Slots(_hooks(any=Speaker("side")), declared={"any": ()})
    assert slots.may_fill("record.sidebar")
    assert len(slots.frame()) == 3


def test_a_plugin_that_lists_an_unknown_slot_is_told_when_it_is_switched_on(
    repository: Repository, fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe", {"slots": ["record.sidebr"]}, render_slot=[])
    with pytest.raises(Conflict, match=r"'record\.sidebr', which no page has; did you mean 'record\.sidebar'"):
        repository.plugins.enable("probe", SYSTEM)


def test_steady_fragments_do_not_keep_a_page_from_being_kept() -> None:
    steady = Slots(_hooks(one=Speaker("x")), declared={"one": ["record.head"]}, steady={"one": ["record.head"]})
    assert steady.may_fill("record.head")
    assert not steady.vary("record.head", "record.main")
    assert Slots(_hooks(one=Speaker("x")), declared={"one": ["record.head"]}).vary("record.head")
