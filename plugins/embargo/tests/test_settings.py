"""What operators can set, and what is refused."""

from __future__ import annotations

import pytest

from muniment.api import SYSTEM, Repository, ValidationFailed

pytestmark = pytest.mark.plugins("embargo")


def test_embargoes_may_be_as_long_as_one_likes_until_an_operator_says_otherwise(repository: Repository) -> None:
    assert repository.settings("embargo").longest_months == 0
    repository.plugin_settings.change("embargo", {"longest_months": 24}, SYSTEM)
    assert repository.successor().settings("embargo").longest_months == 24


def test_what_is_not_valid_is_refused(repository: Repository) -> None:
    with pytest.raises(ValidationFailed) as caught:
        repository.plugin_settings.change("embargo", {"longest_months": -1}, SYSTEM)
    assert {problem.field for problem in caught.value.errors} == {"embargo.longest_months"}
