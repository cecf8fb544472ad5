"""Which addresses providers may have."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from muniment_oidc.outgoing import asking, check_address, open_session
from muniment_oidc.refusals import Refused


def test_nothing_inside_is_asked_unless_the_settings_let_it(repository: Any, liar: Any) -> None:
    with (
        open_session(repository.outgoing, requests.Session(), internal=False) as session,
        pytest.raises(Refused, match="unreachable: an address inside the own network"),
        asking(),
    ):
        session.get(liar.issuer)
    assert liar.paths == []
    with open_session(repository.outgoing, requests.Session(), internal=True) as session, asking():
        assert session.get(f"{liar.issuer}/keys").status_code == 200


@pytest.mark.parametrize(
    "address", ["ftp://id.example.org", "http://id.example.org", "https://", "nonsense", "https://[1"]
)
def test_what_is_no_address_with_tls_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        check_address(address)
