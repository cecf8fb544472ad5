"""Where a path of the record is mended in the form, what people call it there, and how a problem reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from muniment.errors import Problem
from muniment.web.ui.deposit.locating import Place, locate
from muniment.web.ui.deposit.problems import shown_problems, unique


def test_controls_of_plugins_are_named_by_the_path_of_their_part(shape) -> None:
    own = replace(shape, of_plugins=("access.embargo",))
    assert locate(own, "access.embargo.until") == Place("access.embargo.until")
    assert locate(own, "access.embargo") == Place("access.embargo")
    assert locate(own, "access.files").control == "access.choice"
    assert locate(shape, "access.embargo.until").control == "access.choice"


@pytest.mark.parametrize(
    ("path", "control", "label"),
    [
        ("metadata.title", "metadata.title", "Title"),
        ("metadata.resource_type", "metadata.resource_type.id", "Type"),
        ("metadata.resource_type.id", "metadata.resource_type.id", "Type"),
        ("metadata.creators", "metadata.creators", "Creators"),
        (
            "metadata.creators.2.person_or_org.family_name",
            "metadata.creators.2.person_or_org.family_name",
            "Creator 3: Family name",
        ),
        (
            "metadata.creators.0.person_or_org.identifiers.1.scheme",
            "metadata.creators.0.person_or_org.identifiers.1.identifier",
            "Creator 1: Identifier 2",
        ),
        ("metadata.creators.0.affiliations.1.name", "metadata.creators.0.affiliations.add", "Creator 1: Affiliations"),
        ("metadata.creators.0", "metadata.creators.0.person_or_org.family_name", "Creator 1"),
        ("metadata.languages.4.id", "metadata.languages.add", "Languages"),
        (
            "metadata.locations.features.0.geometry.coordinates",
            "metadata.locations.features.0.geometry.latitude",
            "Place 1: Position",
        ),
        ("metadata.rights.0.title.en", "metadata.rights.0.choice", "Licence 1"),
        ("custom_fields.journal:journal.issn", "custom_fields.journal:journal.issn", "Journal: ISSN"),
        ("access.record", "access.choice", "Who may see it"),
        ("pids.doi", "pids.doi.external", "DOI"),
        ("files.enabled", "files.enabled", "Files"),
        ("ext.unknown.field", "", "ext.unknown.field"),
        ("", "", ""),
    ],
)
def test_places(shape, path: str, control: str, label: str) -> None:
    place = locate(shape, path)
    assert (place.control, place.label) == (control, label)


def test_entries_keep_the_tokens_of_their_form(shape) -> None:
    place = locate(shape, "metadata.dates.1.date", {"metadata.dates": ("n1", "n7")})
    assert (place.control, place.label) == ("metadata.dates.n7.date", "Date 2: Date or period")


def test_a_mistake_is_told_once_and_what_is_only_doubtful_not_at_all(shape) -> None:
    found = shown_problems(
        [
            Problem("metadata.publication_date", "Please provide a valid date or interval."),
            Problem("metadata.publication_date", "Please provide a valid date or interval."),
            Problem("metadata.subjects.0.id", "Invalid value x.", code="unknown_term", severity="warning"),
            Problem("metadata.publication_date", "Missing data for required field.", code="required"),
            Problem("metadata.version", "Longer than maximum length 191."),
            Problem("ext.lab", "Something of a plugin."),
        ],
        shape,
    )
    assert [(one.control, one.short) for one in unique(found)] == [
        ("metadata.publication_date", "Publication date"),
        ("metadata.version", "Version"),
        ("", "ext.lab"),
    ]
    assert found[0].line.startswith("Publication date: This is not a date.")
    assert "at most 191 characters" in found[2].text
    assert found[-1].line == "ext.lab: Something of a plugin."
