"""Plugins as the scaffold writes them: built, installed together and tested, so that every pair of features meets.

Eight packages have every two of the features together, each without the other, and neither. The ordinary suite runs the
one without any and one with many; `scripts/test --full` runs all.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from muniment.scaffold.features import FEATURES, chosen_features
from muniment.scaffold.names import checked_names
from muniment.scaffold.writing import write_plugin

#: Which of seven packages have a feature: four each, no two alike, so that every two meet; the eighth has none. A
#: section of the form needs a part, which therefore is in one package more, and all others in one where that is not.
PAIR = {"section": (0, 1, 2, 3), "part": (0, 1, 2, 3, 4)}
FREE = [places for places in itertools.combinations(range(7), 4) if {5, 6} & {*places}]
PLACES = {
    **dict(zip([name for name in FEATURES if name not in PAIR], FREE[::2], strict=False)),
    **PAIR,
}
CHOICES = [(), *(tuple(name for name in FEATURES if place in PLACES[name]) for place in range(7))]
#: What cannot be: a section whose part is not there.
IMPOSSIBLE = ("part", "section"), (False, True)
RUN = CHOICES if os.environ.get("MUNIMENT_TEST_EVERY_PLUGIN") == "1" else CHOICES[:2]


def test_every_two_features_meet_in_each_way() -> None:
    assert len(CHOICES) <= 8
    for one, other in itertools.combinations(FEATURES, 2):
        met = {(one in chosen, other in chosen) for chosen in CHOICES}
        impossible = {IMPOSSIBLE[1]} if (one, other) == IMPOSSIBLE[0] else set()
        assert met == set(itertools.product((True, False), repeat=2)) - impossible
    for chosen in CHOICES:
        assert [feature.name for feature in chosen_features(chosen)] == list(chosen)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which all generated plugins are installed, as their wheels have them."""
    pytest.importorskip("hatchling")
    site = tmp_path_factory.mktemp("site")
    for number, chosen in enumerate(RUN):
        folder = tmp_path_factory.mktemp("sources") / f"muniment-{name(number)}"
        write_plugin(checked_names(name(number)), chosen_features(chosen), folder)
        built = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(site / "wheels")]
        subprocess.run(built, cwd=folder, check=True, capture_output=True)
        (wheel,) = (site / "wheels").glob(f"muniment_{name(number).replace('-', '_')}-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site)
        (folder / "tests").rename(site / f"tests-{name(number)}")
        (folder / "pyproject.toml").rename(site / f"tests-{name(number)}" / "pyproject.toml")
    return site


def name(number: int) -> str:
    return f"made-{number}"


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(RUN)), ids=lambda number: "+".join(RUN[number]) or "nothing")
def test_a_generated_plugin_passes_its_own_tests_among_the_others(environment: Path, number: int) -> None:
    folder = environment / f"tests-{name(number)}"
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pyproject.toml", "."],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(environment), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=600,
    )
    assert result.returncode == 0, result.stdout[-6000:]
