"""A community as a party of requests: who is told of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import Repository

pytestmark = pytest.mark.plugins("communities")


@pytest.mark.hook("requests_parties")
def test_curators_are_told_and_neither_readers_nor_administrators(
    repository: Repository, polar: Any, join: Callable[..., None], ada: Any, administrator: Any, make_user: Any
) -> None:
    curator, reader = make_user("curator@example.org"), make_user("reader@example.org")
    join(polar, curator, "curator")
    join(polar, reader, "reader")
    kind = next(one for one in repository.hooks.requests_parties() if one.name == "community")
    assert set(kind.people(repository, polar.id)) == {ada.subject, curator.subject}
    assert not kind.people(repository, "none")
