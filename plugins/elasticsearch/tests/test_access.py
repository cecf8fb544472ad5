"""Encryption and accounts: what is trusted, what is refused, and what the operator is told, with both clients."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from muniment.api import SYSTEM, Busy, Repository
from muniment.testing.search_documents import Searched

pytestmark = pytest.mark.plugins("elasticsearch")

PASSWORD = "the right one"
BASIC = "Basic " + base64.b64encode(f"muniment:{PASSWORD}".encode()).decode()
FLAVOURS = [("opensearch", ""), ("elasticsearch", "Elasticsearch")]
AWAY = "https://localhost:9"


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for ``localhost`` that vouches for itself, and its key."""
    folder.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, folder.name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    return make_certificate(tmp_path / "node")


@pytest.mark.parametrize(("flavour", "product"), FLAVOURS)
def test_encrypted_with_an_account_and_one_node_away(
    make_node: Callable[..., Any], make_backend: Callable[..., Any], certificate: Any, flavour: str, product: str
) -> None:
    node = make_node(certificate=certificate, authorization=BASIC, product=product)
    backend = make_backend(
        flavour=flavour, hosts=[AWAY, node.address], ca_file=str(certificate[0]), username="muniment", password=PASSWORD
    )
    searched = Searched(backend)
    searched.titles("open data", "open science", "closed")
    assert sorted(searched.numbers("open")) == [1, 2]
    assert backend.problem == ""


def test_an_api_key_stands_in_for_the_account(
    make_node: Callable[..., Any], make_backend: Callable[..., Any], certificate: Any
) -> None:
    node = make_node(certificate=certificate, authorization="ApiKey c2VjcmV0", product="Elasticsearch")
    options = {"flavour": "elasticsearch", "hosts": [node.address], "ca_file": str(certificate[0])}
    searched = Searched(make_backend(**options, api_key="c2VjcmV0"))
    searched.titles("open data")
    assert searched.numbers("open") == [1]
    refused = make_backend(filled=False, **options, api_key="wrong-one")
    assert refused.state.position == 0
    assert refused.problem.endswith("does not know the account (401); see the settings elasticsearch.api_key.")


@pytest.mark.parametrize(("flavour", "product"), FLAVOURS)
def test_the_check_names_the_setting_and_no_secret(
    repository: Repository,
    make_node: Callable[..., Any],
    certificate: Any,
    tmp_path: Path,
    flavour: str,
    product: str,
) -> None:
    node = make_node(certificate=certificate, authorization=BASIC, product=product)
    stranger, _ = make_certificate(tmp_path / "stranger")
    (empty := tmp_path / "empty.pem").write_text("no certificate")
    right = {
        "flavour": flavour,
        "hosts": [node.address],
        "ca_file": str(certificate[0]),
        "username": "muniment",
        "password": PASSWORD,
    }

    def told(**changes: Any) -> dict[str, str]:
        found = repository.plugin_settings.check("elasticsearch", {**right, **changes})
        return {problem.field.removeprefix("elasticsearch."): problem.message for problem in found}

    for file in (str(stranger), ""):
        assert "vouches for the certificate" in told(ca_file=file)["ca_file"], file
    assert "ca_file" in told(ca_file=str(empty))
    assert told(ca_file=str(tmp_path / "nowhere.pem")) == {"ca_file": "There is no such file."}
    wrong = told(password="a wrong one")
    assert "does not know the account (401)" in wrong["password"]
    assert "elasticsearch.username and .password" in wrong["password"]
    assert "a wrong one" not in str(wrong)
    node.trouble = 403
    assert "it needs all rights on" in told()["password"]
    node.trouble = "page"
    assert "hosts" in told()
    node.trouble = ""
    found = told()  # OpenSearch answers behind both
    assert found == ({} if flavour == "opensearch" else {"flavour": "These nodes run opensearch."})


def test_a_certificate_that_went_away_keeps_search_away_only(repository: Repository, tmp_path: Path) -> None:
    gone = {"hosts": [AWAY], "ca_file": str(tmp_path / "gone.pem")}
    repository.plugin_settings.change("elasticsearch", gone, SYSTEM)
    offering = repository.successor()
    with pytest.raises(Busy, match="away for the moment"):
        offering.search.switch("elasticsearch", SYSTEM)
    assert offering.search.status_of("elasticsearch").problem
