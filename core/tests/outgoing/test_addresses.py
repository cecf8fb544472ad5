"""Which addresses may be asked."""

from __future__ import annotations

import pytest

from muniment.outgoing.addresses import AllowedHosts, is_inside, is_public, problem_with_host

PUBLIC = ["8.8.8.8", "192.0.32.8", "2606:4700::1111", "::ffff:192.0.32.8", "64:ff9b::808:808", "2002:808:808::"]
INSIDE = ["127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd00::1",
          "::ffff:10.0.0.1", "::ffff:7f00:1", "64:ff9b::a00:1", "2002:7f00:1::"]  # fmt: skip
NOWHERE = ["0.0.0.0", "169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "224.0.0.1",
           "255.255.255.255", "240.0.0.1", "::", "fe80::1%eth0", "ff02::1", "::127.0.0.1"]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)
    assert not is_inside(address)


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_of_the_own_network(address: str) -> None:
    assert not is_public(address)
    assert is_inside(address)


@pytest.mark.parametrize("address", NOWHERE)
def test_addresses_that_nobody_has_or_that_hand_out_secrets(address: str) -> None:
    assert not is_public(address)
    assert not is_inside(address)


@pytest.mark.parametrize(
    "address", ["fec0::1", "fd00:ec2::254", "192.0.2.1", "2001:db8::1", "64:ff9b:1::1", "198.18.0.1", "192.0.0.192"]
)
def test_what_is_neither_reserved_nor_public_is_not_public(address: str) -> None:
    assert not is_public(address)


def test_hosts_that_an_operator_allows() -> None:
    entries = ["Hooks.Example.org.", "id.example.org:8443", "10.1.0.0/16", "[::1]", "127.0.0.1:80", "[fd00::1]:90"]
    assert [problem_with_host(entry) for entry in entries] == [None] * 6
    allowed = AllowedHosts(entries)
    assert allowed.names("hooks.example.org", 1)
    assert not allowed.names("x.hooks.example.org", 1)
    assert [allowed.names("id.example.org", port) for port in (8443, 443)] == [True, False]
    assert allowed.holds("10.1.2.3", 1)
    assert allowed.holds("::ffff:10.1.2.3", 1)
    assert allowed.holds("::1", 1)
    assert not allowed.holds("10.2.0.1", 1)
    assert [allowed.holds("127.0.0.1", port) for port in (80, 81)] == [True, False]
    assert [allowed.holds("fd00::1", port) for port in (90, 91)] == [True, False]


@pytest.mark.parametrize(
    "entry", ["https://id.example.org", "id.example.org:70000", "", "me@example.org", "10.0.0.1/8", "a b"]
)
def test_what_no_host_is_named_is_said(entry: str) -> None:
    assert "must be a host name" in str(problem_with_host(entry))
