"""What operators can set, and what is refused."""

from __future__ import annotations

import pytest

from muniment.api import SYSTEM, Repository, ValidationFailed

pytestmark = pytest.mark.plugins("oauth-server")


def test_nothing_can_be_made_to_live_longer_than_a_year(repository: Repository) -> None:
    with pytest.raises(ValidationFailed) as caught:
        repository.plugin_settings.change("oauth-server", {"access_minutes": 525_601, "days": 366}, SYSTEM)
    assert {problem.field for problem in caught.value.errors} == {"oauth-server.access_minutes", "oauth-server.days"}
    repository.plugin_settings.change("oauth-server", {"access_minutes": 86_400}, SYSTEM)
    assert repository.successor().settings("oauth-server").access_minutes == 86_400
