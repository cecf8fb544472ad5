"""Drafts that are saved by a form, with controls of plugins in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from muniment.access.actor import SYSTEM
from muniment.errors import RevisionMismatch
from muniment.records.forms import FormEffect

KEY = "form-1234"


@pytest.mark.hook("draft_form_saved")
def test_plugins_are_told_once_the_draft_is_there(repository, fake_plugin, ada) -> None:
    told: list[tuple[str, Any, str]] = []

    def draft_form_saved(number: str, form: Mapping[str, Sequence[str]], actor: Any) -> list[FormEffect]:
        title = repository.records.read_draft(actor, number).data["metadata"]["title"]
        told.append((number, form["probe.room"], title))
        return [FormEffect("Saved, but in no room.", {"room": form["probe.room"][0]})]

    fake_plugin("probe", draft_form_saved=draft_form_saved)
    repository.plugins.enable("probe", SYSTEM)
    records = repository.successor().records
    first = records.save_form(ada.actor, {"metadata": {"title": "One"}}, {"probe.room": ("12",)}, form_key=KEY)
    again = records.save_form(ada.actor, {"metadata": {"title": "Two"}}, {"probe.room": ("13", "")}, form_key=KEY)
    assert again.item.id == first.item.id, "it is the form that made the draft"
    assert told == [(first.item.id, ("12",), "One"), (first.item.id, ("13", ""), "Two")]
    assert (again.problems, again.address) == (("Saved, but in no room.",), {"room": "13"})
    with pytest.raises(RevisionMismatch):
        records.save_form(ada.actor, {}, {"probe.room": ("14",)}, number=first.item.id, revision=first.item.revision)
    assert len(told) == 2, "what was not saved has no effect"


def test_the_draft_stays_saved_when_a_plugin_fails(repository, fake_plugin, ada) -> None:
    def fail(number: str) -> list[FormEffect]:
        raise ValueError(f"no room for {number}")

    fake_plugin("probe", draft_form_saved=fail)
    repository.plugins.enable("probe", SYSTEM)
    records = repository.successor().records
    saved = records.save_form(ada.actor, {"metadata": {"title": "One"}}, {}, form_key=KEY)
    assert (saved.effects, saved.failed) == ((), ("probe",))
    assert records.read_draft(ada.actor, saved.item.id).data["metadata"]["title"] == "One"
