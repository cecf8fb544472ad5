"""Tests reach nothing beyond this machine, and no service at all while a transaction is open."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import requests

from muniment.repository import Repository
from muniment.testing.guards import OutsideWorld


@pytest.fixture
def port() -> Iterator[int]:
    """A port of this machine at which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def connect(host: str, port: int) -> None:
    with socket.socket() as own:
        own.settimeout(5)
        own.connect((host, port))


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "8.8.8.8"])
def test_other_machines_are_refused(address: str) -> None:
    with pytest.raises(OutsideWorld, match=f"this machine only, not to '{address}'"):
        connect(address, 80)


def test_names_are_not_looked_up() -> None:
    with pytest.raises(OutsideWorld, match=r"do not look up 'example\.org'"):
        socket.create_connection(("example.org", 80), timeout=1)
    with pytest.raises(OutsideWorld):
        requests.get("https://api.datacite.org/dois", timeout=1)


def test_other_ways_of_connecting_are_refused_too() -> None:
    with socket.socket() as tcp, pytest.raises(OutsideWorld):
        tcp.connect_ex(("192.0.2.1", 80))
    with socket.socket(type=socket.SOCK_DGRAM) as udp, pytest.raises(OutsideWorld):
        udp.sendto(b"?", ("192.0.2.1", 53))
    with socket.socket(socket.AF_INET6) as tcp, pytest.raises(OutsideWorld):
        tcp.connect(("2001:db8::1", 80, 0, 0))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_can_be_talked_to(port: int, host: str) -> None:
    socket.create_connection((host, port), timeout=5).close()


def test_no_service_is_called_inside_a_transaction(repository: Repository, port: int) -> None:
    with repository.database.write() as unit:
        with pytest.raises(OutsideWorld, match="inside a transaction; emit an event instead"):
            connect("127.0.0.1", port)
        unit.session.flush()
    connect("127.0.0.1", port)


def test_the_transaction_of_one_thread_does_not_concern_another(repository: Repository, port: int) -> None:
    errors: list[BaseException] = []

    def talk() -> None:
        try:
            connect("127.0.0.1", port)
        except OutsideWorld as error:
            errors.append(error)

    with repository.database.write():
        thread = threading.Thread(target=talk)
        thread.start()
        thread.join()
    assert not errors
