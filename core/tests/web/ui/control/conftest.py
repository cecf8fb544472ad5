"""People of the control panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def moderator(make_user: Callable[..., Any]) -> Any:
    return make_user("moderator@example.org", roles=["moderator"], full_name="Moira Moderator")
