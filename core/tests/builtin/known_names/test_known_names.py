"""People and organisations that public records name are suggested; those of other records are not."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.access.actor import ANONYMOUS, SYSTEM
from muniment.errors import PermissionDenied
from muniment.names.suggested import SuggestedName


def person(family: str, given: str = "", orcid: str = "", *places: str) -> dict[str, Any]:
    identifiers = [{"scheme": "orcid", "identifier": orcid}] if orcid else []
    return {
        "person_or_org": {
            "type": "personal",
            "family_name": family,
            "given_name": given,
            "identifiers": identifiers,
        },
        "affiliations": [{"name": place} for place in places],
    }


def organisation(name: str) -> dict[str, Any]:
    return {"person_or_org": {"type": "organizational", "name": name}}


ADA = "0000-0002-1825-0097"


@pytest.fixture
def named(make_record: Any) -> Any:
    """Publishes a record of these creators: `named(person("Curie", "Marie"))`."""

    def make(*creators: dict[str, Any], metadata: Any = None, **changes: Any) -> Any:
        return make_record(metadata={"creators": list(creators), **(metadata or {})}, **changes)

    return make


@pytest.fixture
def suggest(repository: Any, grace: Any) -> Any:
    def names(text: str, type: Any = "personal") -> list[SuggestedName]:
        found: list[SuggestedName] = repository.names.suggest(grace.actor, text, type)
        return found

    return names


@pytest.mark.hook("suggest_names")
def test_people_come_with_what_records_say_about_them(named: Any, suggest: Any) -> None:
    named(person("Curie", "Marie"), person("Łoś", "Ada", ADA, "University of Łódź"))
    for typed in ("Łoś", "los", "LOŚ, A", "ada ło"):
        assert suggest(typed) == [
            SuggestedName("Łoś, Ada", "personal", "Ada", "Łoś", (("orcid", ADA),), (("", "University of Łódź"),))
        ], typed
    assert suggest("marie cur")[0].name == "Curie, Marie"
    assert suggest("curie ada") == [], "the words stand in one name"


def test_somebody_is_offered_once_with_what_is_newest(named: Any, suggest: Any) -> None:
    named(person("Curie", "Marie", ADA, "Sorbonne"))
    named(person("Curie", "Maria", ADA, "Radium Institute"))
    named(person("Curie", "Maria", "", "Radium Institute"))
    editor = {**person("Curie", "Irène"), "role": {"id": "editor"}}
    named(person("Curie", "Pierre"), metadata={"contributors": [editor]})
    assert [(name.name, name.affiliations) for name in suggest("curie")] == [
        ("Curie, Pierre", ()),
        ("Curie, Irène", ()),
        ("Curie, Maria", (("", "Radium Institute"),)),
    ]


def test_organisations_are_creators_and_affiliations(named: Any, suggest: Any) -> None:
    named(organisation("Norwegian Polar Institute"), person("Curie", "Marie", "", "Institut Polaire"))
    assert [name.name for name in suggest("institut", "organizational")] == [
        "Norwegian Polar Institute",
        "Institut Polaire",
    ]
    assert suggest("institut") == []
    assert suggest("curie", "organizational") == []


def test_only_what_everybody_may_read_is_asked(
    named: Any, suggest: Any, repository: Any, ada: Any, make_draft: Any
) -> None:
    named(person("Hidden", "Restricted"), record_access="restricted", files={"a.txt": b"a"})
    make_draft(metadata={"creators": [person("Hidden", "Draft")]})
    gone = named(person("Hidden", "Deleted"))
    repository.records.delete(SYSTEM, gone.id, {"removal_reason": {"id": "test-record"}})
    assert suggest("hidden") == []
    assert repository.names.suggest(ada.actor, "hidden") == [], "not even to those who may"


@pytest.mark.parametrize(
    "typed", ["", " ", "c", "*", "()", '"" OR *', "curie OR", "AND", "creators:curie", "\0\0", "x" * 900]
)
def test_what_is_typed_is_never_a_query(typed: str, named: Any, suggest: Any) -> None:
    named(person("Curie", "Marie"))
    assert suggest(typed) == []


def test_names_in_scripts_without_spaces(named: Any, suggest: Any) -> None:
    named(person("山田", "太郎"))
    assert [name.name for name in suggest("山田")] == ["山田, 太郎"]


def test_visitors_are_not_offered_names(repository: Any) -> None:
    with pytest.raises(PermissionDenied):
        repository.names.suggest(ANONYMOUS, "curie")


def test_names_of_plugins_come_along_and_one_that_fails_is_left_out(
    repository: Any, fake_plugin: Any, named: Any, grace: Any
) -> None:
    def fail(text: str, type: str, size: int) -> list[SuggestedName]:
        raise RuntimeError(text)

    known = SuggestedName("Curie, Marie", "personal", "Marie", "Curie", (("orcid", ADA),))
    fake_plugin("broken", suggest_names=fail)
    fake_plugin("listed", suggest_names=lambda text, type, size: [known])
    named(person("Curie", "Marie", ADA, "Sorbonne"), person("Curie", "Pierre"))
    for name in ("broken", "listed"):
        repository.plugins.enable(name, SYSTEM)
    found = repository.successor().names.suggest(grace.actor, "curie")
    assert sorted(name.name for name in found) == ["Curie, Marie", "Curie, Pierre"]
