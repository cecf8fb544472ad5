"""Creators and contributors: names, identifiers, roles, affiliations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Outcome = Callable[..., tuple[dict[str, Any], dict[str, list[str]]]]
REQUIRED = ["Missing data for required field."]


def personal(**more: Any) -> dict[str, Any]:
    return {"person_or_org": {"type": "personal", "family_name": "Curie", "given_name": "Marie"}, **more}


def organization(name: str = "CERN", **more: Any) -> dict[str, Any]:
    return {"person_or_org": {"type": "organizational", "name": name, **more}}


def agent(**values: Any) -> list[dict[str, Any]]:
    return [{"person_or_org": values}]


def test_names_are_computed(outcome: Outcome) -> None:
    stored, messages = outcome(
        creators=[
            personal(),
            *agent(type="personal", family_name="Plato", name="something else"),
            *agent(type="organizational", name="CERN", family_name="x", given_name="y"),
        ]
    )
    assert messages == {}
    assert [item["person_or_org"]["name"] for item in stored["creators"]] == ["Curie, Marie", "Plato", "CERN"]
    assert stored["creators"][2]["person_or_org"] == {"type": "organizational", "name": "CERN"}


def test_incomplete_people_stay_in_the_draft(outcome: Outcome) -> None:
    stored, messages = outcome(
        creators=agent(type="personal", given_name="Marie"),
        contributors=[personal(affiliations=[{"name": "Sorbonne"}])],
    )
    assert stored["creators"] == agent(type="personal", given_name="Marie", name="Marie")
    assert stored["contributors"][0]["affiliations"] == [{"name": "Sorbonne"}]
    assert messages == {
        "creators.0.person_or_org.family_name": ["Family name cannot be blank."],
        "contributors.0.role": REQUIRED,
    }


@pytest.mark.parametrize(
    ("creator", "messages"),
    [
        (organization(""), {"creators.0.person_or_org.name": ["Name cannot be blank."]}),
        (
            {"person_or_org": {"family_name": "Curie"}},
            {"creators.0.person_or_org.type": ["Invalid value. Choose one of ['organizational', 'personal']."]},
        ),
        (
            {"person_or_org": {"type": "robot", "name": "R2"}},
            {"creators.0.person_or_org.type": ["Invalid value. Choose one of ['organizational', 'personal']."]},
        ),
        ({}, {"creators.0.person_or_org": REQUIRED}),
        ({"role": {"id": "editor"}}, {"creators.0.person_or_org": REQUIRED}),
        ({"person_or_org": "Marie Curie"}, {"creators.0.person_or_org": ["Invalid input type."]}),
        ("Marie Curie", {"creators.0": ["Invalid input type."]}),
        (personal(role={"id": "boss"}), {"creators.0.role.id": ["Invalid value boss."]}),
        (personal(role={}), {}),
        (personal(role={"id": ""}), {"creators.0.role.id": REQUIRED}),
    ],
)
def test_people_are_checked(outcome: Outcome, creator: Any, messages: dict[str, list[str]]) -> None:
    assert outcome(creators=[creator])[1] == messages


def test_every_stored_creator_has_a_person_with_a_name(outcome: Outcome) -> None:
    stored, _ = outcome(
        creators=[
            {"role": {"id": "editor"}},
            "x",
            None,
            *agent(type="x"),
            *agent(identifiers=[]),
            *agent(type="personal"),
        ]
    )
    assert stored["creators"] == [*agent(name=""), *agent(name=""), *agent(type="personal", name="")]


def test_identifiers_of_people_are_recognised_and_normalised(outcome: Outcome) -> None:
    stored, messages = outcome(
        creators=[
            *agent(
                type="personal",
                family_name="Nielsen",
                identifiers=[{"identifier": "https://orcid.org/0000-0001-8135-3489"}],
            ),
            organization(
                identifiers=[
                    {"identifier": "https://ror.org/01ggx4157", "scheme": "ROR"},
                    {"identifier": "0000 0001 2156 142X"},
                ]
            ),
        ]
    )
    assert messages == {}
    first, second = (item["person_or_org"]["identifiers"] for item in stored["creators"])
    assert first == [{"identifier": "0000-0001-8135-3489", "scheme": "orcid"}]
    assert second == [
        {"identifier": "01ggx4157", "scheme": "ror"},
        {"identifier": "000000012156142X", "scheme": "isni"},
    ]


@pytest.mark.parametrize(
    ("identifier", "messages"),
    [
        ({"identifier": "0000-0001-8135-3480", "scheme": "orcid"}, {"0.identifier": ["Invalid ORCID identifier."]}),
        ({"identifier": "118540239", "scheme": "gnd"}, {"0.identifier": ["Invalid GND identifier."]}),
        ({"identifier": "01ggx4158", "scheme": "ror"}, {"0.identifier": ["Invalid ROR identifier."]}),
        ({"identifier": "0000 0001 2156 1421", "scheme": "isni"}, {"0.identifier": ["Invalid ISNI identifier."]}),
        ({"identifier": "something"}, {"0.scheme": ["No valid scheme recognized for identifier."]}),
        ({"identifier": "10.1234/x", "scheme": "doi"}, {"0.scheme": ["Invalid scheme."]}),
        ({"identifier": "x", "scheme": "nope"}, {"0.scheme": ["Invalid scheme."]}),
        ({"scheme": "orcid"}, {"0.identifier": REQUIRED}),
        ({"scheme": "orcid", "identifier": ""}, {"0.identifier": REQUIRED}),
        ({"scheme": 5, "identifier": "01ggx4157"}, {"0.scheme": ["Not a valid string."]}),
        ("01ggx4157", {"0": ["Invalid input type."]}),
    ],
)
def test_wrong_identifiers_are_named_and_stay_until_they_are_mended(
    outcome: Outcome, identifier: Any, messages: dict[str, list[str]]
) -> None:
    stored, found = outcome(creators=[organization(identifiers=[identifier])])
    path = "creators.0.person_or_org.identifiers"
    assert found == {f"{path}.{key}": value for key, value in messages.items()}
    if isinstance(identifier, dict) and identifier.get("identifier"):
        kept = stored["creators"][0]["person_or_org"]["identifiers"]
        assert kept[0]["identifier"] == identifier["identifier"]


def test_one_identifier_of_each_scheme(outcome: Outcome) -> None:
    stored, messages = outcome(
        creators=[organization(identifiers=[{"identifier": "01ggx4157"}, {"identifier": "05dxps055"}])]
    )
    assert messages == {"creators.0.person_or_org.identifiers.1": ["Only one identifier per scheme is allowed."]}
    assert stored["creators"][0]["person_or_org"]["identifiers"] == [{"identifier": "01ggx4157", "scheme": "ror"}]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ([{"name": "CERN"}], [{"name": "CERN"}]),
        ([{"id": "01ggx4157"}], [{"id": "01ggx4157"}]),
        ([{"id": "01ggx4157", "name": "CERN", "identifiers": [{"scheme": "ror"}]}], [{"id": "01ggx4157"}]),
        ([{"id": "05dxps055", "name": "Caltech"}], [{"id": "05dxps055", "name": "Caltech"}]),
        ([{"id": "", "name": "CERN"}], [{"name": "CERN"}]),
        ([{"id": None, "name": "CERN"}], [{"name": "CERN"}]),
        (["CERN", "DESY"], [{"name": "CERN"}, {"name": "DESY"}]),
        ("CERN", [{"name": "CERN"}]),
        ({"name": "CERN"}, [{"name": "CERN"}]),
        ([{}], None),
        ([{"name": ""}], None),
        ([], None),
        (None, None),
    ],
)
def test_forms_of_affiliations(outcome: Outcome, given: Any, stored: Any) -> None:
    metadata, messages = outcome(creators=[personal(affiliations=given)])
    assert messages == {}
    assert metadata["creators"][0].get("affiliations") == stored


def test_repeated_affiliations_are_refused(outcome: Outcome) -> None:
    stored, messages = outcome(creators=[personal(affiliations=[{"name": "CERN"}, {"name": "DESY"}, {"name": "CERN"}])])
    assert messages == {"creators.0.affiliations": ["Duplicated affiliations: CERN"]}
    assert stored["creators"][0]["affiliations"] == [{"name": "CERN"}, {"name": "DESY"}]
