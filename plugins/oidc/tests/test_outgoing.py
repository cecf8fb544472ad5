"""Which addresses are asked: names are judged by where they lead, and the connection goes where they were judged."""

from __future__ import annotations

import socket
from typing import Any

import pytest
import requests

from muniment_oidc.outgoing import check_address, is_public, open_session
from muniment_oidc.refusals import Refused


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::ffff:10.0.0.1",
        "fe80::1%eth0",
        "fd00::1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
    ],
)
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["192.0.32.8", "2a00:1450:4001::1", "::ffff:192.0.32.8"])
def test_addresses_outside_are(address: str) -> None:
    assert is_public(address)


def test_a_name_that_leads_inside_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """SSRF by DNS: one public address among them does not make the others so."""

    def look_up(*_: Any, **__: Any) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.32.8", 443)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443)),
        ]

    monkeypatch.setattr("muniment_oidc.outgoing.socket.getaddrinfo", look_up)
    with (
        open_session(requests.Session(), internal=False) as session,
        pytest.raises(Refused, match="an address inside the own network"),
    ):
        session.get("https://id.example.org/")


@pytest.mark.parametrize(
    "address", ["ftp://id.example.org", "http://id.example.org", "https://", "nonsense", "https://[1"]
)
def test_what_is_no_address_with_tls_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        check_address(address)
