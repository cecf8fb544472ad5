"""What tests of the deposit form share: its shape, documents that fill it, and a person at its pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.builtin.domain_fields.plugin import FIELDS
from muniment.identifiers import IdentifierSchemes
from muniment.records.schemas import DraftSchema, MetadataFields
from muniment.testing.html_forms import Form, forms_of
from muniment.web.ui.deposit.draft_shape import draft_shape
from muniment.web.ui.deposit.shape import ObjectNode

SCHEMES = IdentifierSchemes()
CUSTOM = MetadataFields(FIELDS)
SIZES = {"languages": 8000, "licenses": 700, "code:programmingLanguages": 200}


class AnyTerm:
    """A term of whatever vocabulary."""

    title: dict[str, str] = {"en": "Title"}
    description: dict[str, str] = {}
    icon = ""
    props: dict[str, str] = {}

    def __init__(self, identifier: str) -> None:
        self.id = identifier


@pytest.fixture(scope="module")
def shape() -> ObjectNode:
    return draft_shape(SCHEMES, CUSTOM, SIZES)


@pytest.fixture(scope="module")
def load() -> Callable[[Any], dict[str, Any]]:
    """What the record's schema keeps of a document; every term exists but affiliations, funders, awards, subjects."""
    free = {"affiliations", "funders", "awards", "subjects"}

    def resolve(pairs: Any) -> dict[tuple[str, str], AnyTerm]:
        return {pair: AnyTerm(pair[1]) for pair in pairs if pair[0] not in free}

    def loaded(document: Any) -> dict[str, Any]:
        return DraftSchema().load(document, resolve=resolve, identifiers=SCHEMES, fields=CUSTOM).data

    return loaded


@pytest.fixture
def someone(client: Any, sign_in: Any, ada: Any) -> Any:
    """A browser without scripts in which Ada is signed in."""
    sign_in(client, ada)
    return client


@pytest.fixture
def deposit_form() -> Callable[[Any], Form]:
    """The deposit form of an answer."""

    def found(answer: Any) -> Form:
        forms = forms_of(answer.get_data(as_text=True))
        return next(form for form in forms if any(name == "metadata.title" for name, _ in form.pairs))

    return found


@pytest.fixture
def send(someone: Any) -> Callable[..., Any]:
    """`send(form, "save", **{"metadata.title": "…"})`: press a button of a form after changing some controls."""

    def press(form: Form, do: str = "", pairs: Any = None, **changes: str) -> Any:
        data = pairs if pairs is not None else form.filled(**changes)
        return someone.post(
            form.action,
            data=_multi([*data, *([("do", do)] if do else [])]),
            headers={"Sec-Fetch-Site": "same-origin"},
        )

    return press


def _multi(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
