"""Names that are pasted from anywhere."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.web.ui.deposit.names import parse_names


def person(family: str, given: str = "", orcid: str = "") -> dict[str, Any]:
    agent: dict[str, Any] = {"type": "personal", "family_name": family}
    if given:
        agent["given_name"] = given
    if orcid:
        agent["identifiers"] = [{"scheme": "orcid", "identifier": orcid}]
    return {"person_or_org": agent}


def organisation(name: str) -> dict[str, Any]:
    return {"person_or_org": {"type": "organizational", "name": name}}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Marie Curie", [person("Curie", "Marie")]),
        ("Curie, Marie", [person("Curie", "Marie")]),
        ("Curie, Marie; Curie, Pierre", [person("Curie", "Marie"), person("Curie", "Pierre")]),
        ("Curie, Marie\nLudwig van Beethoven", [person("Curie", "Marie"), person("van Beethoven", "Ludwig")]),
        (
            "Marie Curie, Pierre Curie and Irène Joliot-Curie",
            [person("Curie", "Marie"), person("Curie", "Pierre"), person("Joliot-Curie", "Irène")],
        ),
        ("1. Ada Lovelace\n2. Grace M. Hopper", [person("Lovelace", "Ada"), person("Hopper", "Grace M.")]),
        ("Ngozi Adeyemi (0000-0002-1825-0097)", [person("Adeyemi", "Ngozi", "0000-0002-1825-0097")]),
        ("Adeyemi, Ngozi https://orcid.org/0000-0002-1825-0097", [person("Adeyemi", "Ngozi", "0000-0002-1825-0097")]),
        ("Ngozi Adeyemi 0000-0002-1825-0098", [person("Adeyemi", "Ngozi")]),  # a wrong check digit
        ("Ada Lovelace1,2*\nGrace Hopper3", [person("Lovelace", "Ada"), person("Hopper", "Grace")]),
        ("Norwegian Polar Institute", [organisation("Norwegian Polar Institute")]),
        ("Plato", [person("Plato")]),
        ("李小龙", [person("李小龙")]),
        ("María José de la Cruz", [person("de la Cruz", "María José")]),
        ("", []),
        (" ; \n , ", []),
        ("<script>alert(1)</script>", [person("script>alert(1)</script")]),
    ],
)
def test_names(text: str, found: list[dict[str, Any]]) -> None:
    assert parse_names(text) == found


def test_a_long_list_is_read_at_once() -> None:
    names = [f"Family{number}, Given{number}" for number in range(3000)]
    assert len(parse_names("\n".join(names))) == 3000
