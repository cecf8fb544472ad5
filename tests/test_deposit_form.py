"""The deposit form and the sample: every real record goes through its page and back without a change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import render_template

from muniment.access.actor import SYSTEM
from muniment.cli.sample import load_sample
from muniment.records.schemas import DraftSchema
from muniment.repository import Repository
from muniment.testing.html_forms import forms_of
from muniment.web.app import create_app
from muniment.web.ui.deposit.page import form_of, look_up, the_shape
from muniment.web.ui.deposit.reading import read_form

FOLDER = Path(__file__).parents[1] / "instance" / "sample"


@pytest.mark.slow
@pytest.mark.plugins("importers")
def test_every_record_of_the_sample_goes_through_the_page_unchanged(repository: Repository) -> None:
    """What a browser without scripts would send for each record is what the record says."""
    load_sample(repository, FOLDER)

    def load(document: Any) -> dict[str, Any]:
        return (
            DraftSchema()
            .load(
                document,
                resolve=repository.vocabularies.resolve,
                identifiers=repository.identifiers,
                fields=repository.fields,
            )
            .data
        )

    changed, seen = [], 0
    with create_app(repository).test_request_context("/uploads/1"):
        shape = the_shape()
        for item in repository.records.every_record(SYSTEM):
            form = form_of(item, shape)
            values = {
                "form": form,
                "draft": {},
                "number": "",
                "title": "",
                "summary": (),
            }  # files have tests of their own
            page = render_template("deposit/form.html", more_problems=0, saved=False, **values)
            sent = next(form for form in forms_of(page) if any(name == "metadata.title" for name, _ in form.pairs))
            # Identifiers that were given here, and files, are not for the form to change.
            base = {"pids": item.data["pids"], "files": item.data["files"]}
            seen += 1
            if load(read_form(sent.pairs, shape, base, look_up).document) != load(item.data):
                changed.append(item.id)
    assert changed == []
    assert seen > 290
