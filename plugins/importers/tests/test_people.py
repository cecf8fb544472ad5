"""Names become persons only where the source says so or divides them."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import KnownTerms
from muniment_importers.people import Name, affiliations, person_or_org
from muniment_importers.values import Losses

ORCID = {"scheme": "orcid", "identifier": "0000-0002-1825-0097"}


def read(name: Name) -> tuple[dict[str, Any] | None, list[str]]:
    losses = Losses()
    return person_or_org(name, "creators.0", losses), [loss.reason for loss in losses.result()]


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        (Name("Kimura, Taro"), "Kimura", "Taro"),
        (Name("Kimura, Taro", "Kimura", "Taro", "Personal"), "Kimura", "Taro"),
        (Name("Plato", kind="Personal"), "Plato", None),
        (Name("佐藤 花子", kind="Personal"), "佐藤 花子", None),
        (Name("Kim Taro", identifiers=(ORCID,)), "Kim Taro", None),
        (Name("Bieberich, Charles ;"), "Bieberich", "Charles"),
        (Name("", "Uebel", "Celja J"), "Uebel", "Celja J"),
        (Name("Aarhus University Team, A", kind="Personal"), "Aarhus University Team", "A"),
    ],
)
def test_persons(name: Name, family: str, given: str | None) -> None:
    person, losses = read(name)
    assert person is not None
    assert (person["type"], person["family_name"], person.get("given_name")) == ("personal", family, given)
    assert losses == []


@pytest.mark.parametrize(
    "name",
    ["University of Tartu, Natural History Museum", "GnpIS", "Erte Xiao", "One, Two, Three", "Zürich, ETH-Bibliothek",
     "TCCON"],
)  # fmt: skip
def test_undeclared_names_are_kept_whole_and_reported(name: str) -> None:
    person, losses = read(Name(name))
    assert person == {"type": "organizational", "name": name}
    assert len(losses) == 1


def test_declared_organisations_need_no_remark() -> None:
    assert read(Name("Erte, Xiao", kind="Organizational")) == ({"type": "organizational", "name": "Erte, Xiao"}, [])


def test_codes_for_unknown_creators_stay_as_they_are() -> None:
    person, losses = read(Name("(:Unav)"))
    assert person == {"type": "organizational", "name": "(:Unav)"}
    assert "unknown information" in losses[0]


def test_a_missing_name_is_no_person_and_nobody_is_invented() -> None:
    person, losses = read(Name("", kind="Personal"))
    assert person is None
    assert losses == ["a name is missing; the entry is not kept"]


def test_one_identifier_of_each_scheme() -> None:
    second = {"scheme": "orcid", "identifier": "0000-0001-5109-3700"}
    person, _ = read(Name("Kimura, Taro", identifiers=(ORCID, second)))
    assert person is not None
    assert person["identifiers"] == [ORCID]


def test_affiliations_are_linked_where_the_ror_id_is_known_and_never_repeated(known: KnownTerms) -> None:
    losses = Losses()
    pairs = [("CERN", "01ggx4157"), ("CERN", "01ggx4157"), ("Elsewhere", "04wxnsj81"), ("Elsewhere", None), ("", None)]
    assert affiliations(pairs, "creators.0", known, losses) == [{"id": "01ggx4157"}, {"name": "Elsewhere"}]
    assert len(losses.result()) == 1
