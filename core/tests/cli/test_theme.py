"""`muniment theme check`: the look of an instance, before anybody has to read it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result


@pytest.mark.configuration("theme", colours={"brand": "#7a1f4b"}, dark_colours={"brand": "#e59bbd"})
def test_a_look_that_can_be_read_passes_with_its_lowest_contrast(command: Callable[..., Result]) -> None:
    result = command("theme", "check")
    assert result.exit_code == 0
    assert result.stdout.startswith("2 colours are changed. The lowest contrast is ")


@pytest.mark.configuration("theme", colours={"ink-2": "#b0b0b0", "line-strong": "#eeeeee"})
def test_colours_that_cannot_be_read_are_named_with_what_was_measured(command: Callable[..., Result]) -> None:
    result = command("theme", "check")
    assert result.exit_code == 1
    assert "theme.colours.ink-2" in result.output
    assert "ink-2 on surface has a contrast of 2.2:1; at least 4.5:1 is needed" in result.output
    assert "line-strong on surface has a contrast of 1.2:1; at least 3.0:1 is needed" in result.output


@pytest.mark.configuration("theme", logo="missing.svg")
def test_a_logo_that_is_not_there_is_told(command: Callable[..., Result]) -> None:
    result = command("theme", "check")
    assert result.exit_code == 1
    assert "missing.svg" in result.output
