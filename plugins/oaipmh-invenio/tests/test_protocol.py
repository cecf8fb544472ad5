"""What Invenio writes conforms to OAI-PMH 2.0 as the other writer does, by the same suite."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from muniment.api import RecordItem, Repository
from muniment_oaipmh.answers import TextWriter
from muniment_oaipmh.testing import CHECKS, CONFIGURATION, Subject, failures, make_subject, plugin_of
from muniment_oaipmh_invenio.writing import InvenioWriter

pytestmark = [
    pytest.mark.plugins("oaipmh", "oaipmh-invenio"),
    pytest.mark.configuration("plugin", oaipmh=CONFIGURATION),
]


@pytest.fixture
def subject(
    repository: Repository,
    client: FlaskClient,
    make_record: Callable[..., RecordItem],
    run_jobs: Callable[[], int],
    administrator: Any,
) -> Subject:
    return make_subject(repository, client, make_record, run_jobs, administrator.actor)


@pytest.mark.hook("oaipmh_writer")
def test_the_protocol_is_kept(repository: Repository, subject: Subject) -> None:
    assert isinstance(plugin_of(repository).provider.writer, InvenioWriter)
    assert len(CHECKS) > 45
    assert failures(subject) == {}


@pytest.mark.parametrize(
    ("where", "name", "change", "check"),
    [
        ("_add_header", "deleted", lambda before: lambda parent, of: before(parent, _alive(of)), "what_is_gone"),
        ("_ask_again", "request", lambda _: lambda root, answer: None, "what_is_allowed_is_repeated"),
        ("text_of", "token", lambda _: lambda token, verb: "[]", "forged"),
    ],
)
def test_the_suite_finds_what_this_writer_does_wrong(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, where: str, name: str, change: Any, check: str
) -> None:
    from muniment_oaipmh_invenio import writing

    monkeypatch.setattr(writing, where, change(getattr(writing, where)))
    assert failures(subject, [one for one in CHECKS if check in one])


def _alive(header: Any) -> Any:
    from dataclasses import replace

    return replace(header, deleted=False)


def test_both_writers_say_the_same(repository: Repository, subject: Subject) -> None:
    """But for tokens, which each signs in its own way."""
    from lxml import etree

    provider = plugin_of(repository).provider
    other = TextWriter(provider.identity, lambda: "secret")
    header = subject.listing().records[0]
    identifier = header.findtext("{*}identifier")
    asked: list[dict[str, str]] = [
        {"verb": "Identify"},
        {"verb": "ListSets"},
        {"verb": "ListMetadataFormats"},
        {"verb": "ListMetadataFormats", "identifier": identifier},
        {"verb": "GetRecord", "identifier": identifier, "metadataPrefix": "oai_dc"},
        {"verb": "ListRecords", "metadataPrefix": "oai_dc"},
        {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "set": "polar"},
        {"verb": "ListRecords", "metadataPrefix": "nope"},
        {"verb": "Nope"},
    ]
    for pairs in asked:
        answer = provider.ask(pairs.items())
        first, second = (_plain(etree.fromstring(one.write(answer).encode())) for one in (provider.writer, other))
        assert first == second


def _plain(root: Any) -> list[Any]:
    for token in root.iter("{*}resumptionToken"):
        token.text = "token" if token.text else None
        token.attrib.pop("expirationDate", None)
    return [
        (
            one.tag,
            sorted((name, " ".join(value.split())) for name, value in one.attrib.items()),
            (one.text or "").strip(),
        )
        for one in root.iter()
    ]
