"""What is left of somebody whose account ends: their words, without their name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment_requests.api import Request, RequestService

pytestmark = pytest.mark.plugins("requests", "probe")


def test_what_was_said_stays_without_a_name(
    requests: RequestService, asked: Callable[..., Request], panel_of: Any, ada: Any, grace: Any
) -> None:
    request = asked("Please read this")
    requests.conversation.comment(ada.actor, request.id, "Since you know it best.")
    requests.repository.erasure.erase(ada.subject)
    page = panel_of(grace).get(f"/me/requests/{request.id}")
    assert "Since you know it best." in page
    assert "somebody who is gone" in page
    assert "Ada" not in page
