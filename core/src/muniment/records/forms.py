"""Drafts that are saved by a form: once however often it is sent, with what its controls of plugins ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from muniment.access.actor import Actor
from muniment.hooks.caller import noting_failures
from muniment.records.file_modification import FileModificationOperations
from muniment.records.items import RecordItem


@dataclass(frozen=True)
class FormEffect:
    """What came of a plugin's controls in a form whose draft was saved; the page with the form does not show it yet.

    `problem` takes the place of “Saved”: it says in the reader's language that the draft is saved and what could not be
    done. `address` are arguments for the address of the form that is shown next, from which the plugin tells it there.
    """

    problem: str = ""
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SavedForm:
    """The draft that a form has saved, and what plugins did about their controls in it. `failed` are those that raised:
    nobody knows what they did."""

    item: RecordItem
    effects: tuple[FormEffect, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(effect.problem for effect in self.effects if effect.problem)

    @property
    def address(self) -> dict[str, str]:
        return {name: value for effect in self.effects for name, value in effect.address.items()}


class FormOperations(FileModificationOperations):
    """Saving as forms do it."""

    def save_form(
        self,
        actor: Actor,
        data: object,
        form: Mapping[str, Sequence[str]],
        *,
        number: str = "",
        revision: int | None = None,
        form_key: str = "",
    ) -> SavedForm:
        """Save `data`, which was read from the controls of `form`, as the draft `number`.

        A form that was made before there was a draft names itself by `form_key`; when it is sent again, because its
        first answer was never seen, it changes the draft that it made. Raises what `create` and `update_draft` raise.
        """
        made = None if number else self.made_by_form(actor, form_key)
        if made is not None:
            number, revision = made.id, made.revision
        if number:
            saved = self.update_draft(actor, number, data, revision=revision)
        else:
            saved = self.create(actor, data, form_key=form_key)
        with noting_failures() as failed:
            effects = self.repository.hooks.draft_form_saved(number=saved.id, form=form, actor=actor)
        return SavedForm(saved, tuple(effects), tuple(failed))
