"""Names that a new plugin can have, and what is said about the others."""

from __future__ import annotations

import pytest

from muniment.errors import ConfigurationError, Conflict
from muniment.models import Base
from muniment.scaffold.names import checked_names


@pytest.mark.parametrize("name", ["a", "sea-ice", "x2", "ice-2-go"])
def test_good_names(name: str) -> None:
    names = checked_names(name)
    assert names.package == f"muniment_{name.replace('-', '_')}"
    assert names.description == f"{names.title} for a Muniment repository."


@pytest.mark.parametrize(
    "name", ["", "Sea", "sea_ice", "2ice", "-ice", "ice-", "sea--ice", "sea ice", "éis", "a/b", "..", "x" * 41, "a\nb"]
)
def test_bad_names_are_refused_with_a_good_one(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot be the name of a plugin: .*like sea-ice"):
        checked_names(name)


@pytest.mark.parametrize("name", ["search", "api", "core", "static", "records"])
def test_addresses_of_the_core_stay_the_cores(name: str) -> None:
    with pytest.raises(Conflict, match=f"'{name}' is the beginning of an address of the core"):
        checked_names(name)


def test_taken_names_are_refused() -> None:
    with pytest.raises(Conflict, match="'datacite' is taken by a plugin, a command or a section"):
        checked_names("datacite", taken={"datacite"})


@pytest.mark.parametrize("name", ["record", "plugin", "alembic"])
def test_tables_must_not_begin_like_those_of_the_core(name: str) -> None:
    with pytest.raises(Conflict, match=f"Tables of '{name}' would begin like tables of the core"):
        checked_names(name, tables={*Base.metadata.tables, "alembic_version"})


@pytest.mark.parametrize(
    "text", ['say "hi"', "two\nlines", "back\\slash", "${name}", "{{ 7 }}", "50 %", "<b>", "x" * 201]
)
def test_texts_that_could_break_the_files_are_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="title must be one line"):
        checked_names("sea-ice", title=text)
    with pytest.raises(ConfigurationError, match="description must be one line"):
        checked_names("sea-ice", description=text)


def test_a_description_is_a_sentence() -> None:
    assert checked_names("sea-ice", description="Counts ice").description == "Counts ice."
    assert checked_names("sea-ice", title="Meereis, täglich (Ü)").title == "Meereis, täglich (Ü)"
