"""Persistent identifiers: which a client may give, who holds one, and that none belongs to two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from muniment.access.actor import SYSTEM
from muniment.errors import Conflict, InvalidRequest
from muniment.hooks.caller import Hooks
from muniment.hooks.meta import implements
from muniment.hooks.specifications import SPECIFICATIONS
from muniment.pids.provider import IdentifierRequest
from muniment.pids.service import IdentifierService
from muniment.repository import Repository
from muniment.testing.fakes import FakePlugins

NOW = datetime(2026, 5, 14, tzinfo=UTC)
OURS = {"identifier": "10.5072/muniment.1", "provider": "probe", "client": "probe"}
THEIRS = {"identifier": "10.1234/elsewhere", "provider": "external"}


@dataclass
class Provider:
    """Gives identifiers under the prefix 10.5072."""

    scheme: str = "doi"
    name: str = "probe"
    required: bool = False
    parent_follows: bool = False

    def propose(self, request: IdentifierRequest) -> str:
        return f"10.5072/{request.level}.{request.number}"

    def check(self, identifier: str, request: IdentifierRequest) -> str | None:
        return None

    def owns(self, identifier: str) -> bool:
        return identifier.startswith("10.5072/")

    def url(self, identifier: str) -> str:
        return f"https://doi.org/{identifier}"


def service(*providers: Provider) -> IdentifierService:
    class Plugin:
        @implements
        def register_identifier_providers(self) -> list[Provider]:
            return list(providers)

    return IdentifierService(Hooks(SPECIFICATIONS, [("probe", Plugin())]))


@pytest.fixture
def session(repository: Repository) -> Iterator[Session]:
    with repository.database.write() as unit:
        yield unit.session


# What a client sends --------------------------------------------------------------------------------------------------


def merged(sent: Any, stored: Any = None, published: Any = None, with_provider: bool = True) -> tuple[Any, list[str]]:
    found, problems = service(*([Provider()] if with_provider else [])).merge(sent, stored or {}, published or {})
    assert all(problem.field == "pids.doi" for problem in problems)
    return found, [problem.message for problem in problems]


def test_an_identifier_from_elsewhere_comes_and_goes_with_what_is_sent() -> None:
    assert merged({"doi": THEIRS}) == ({"doi": THEIRS}, [])
    assert merged({}, {"doi": THEIRS}) == ({}, [])
    other = {"identifier": "10.1234/other", "provider": "external"}
    assert merged({"doi": other}, {"doi": THEIRS}) == ({"doi": other}, [])


def test_a_reserved_identifier_stays_whatever_is_sent() -> None:
    assert merged({}, {"doi": OURS}) == ({"doi": OURS}, [])
    assert merged({"doi": OURS}, {"doi": OURS}) == ({"doi": OURS}, [])
    assert merged({"doi": {"provider": "external", "identifier": ""}}, {"doi": OURS}) == ({"doi": OURS}, [])


def test_another_one_is_refused_while_one_is_reserved() -> None:
    found, (message,) = merged({"doi": THEIRS}, {"doi": OURS})
    assert found == {"doi": OURS}
    assert "release it before giving another" in message


def test_one_of_a_feature_that_is_off_is_kept_and_cannot_be_replaced() -> None:
    found, (message,) = merged({"doi": THEIRS}, {"doi": OURS}, with_provider=False)
    assert found == {"doi": OURS}
    assert "switched off" in message
    assert merged({}, {"doi": OURS}, with_provider=False) == ({"doi": OURS}, [])


def test_identifiers_of_a_provider_are_reserved_and_not_sent() -> None:
    found, (message,) = merged({"doi": OURS})
    assert found == {}
    assert "Reserve identifiers of the provider 'probe'" in message


def test_an_identifier_under_our_prefix_is_none_from_elsewhere() -> None:
    found, (message,) = merged({"doi": {"identifier": "10.5072/other", "provider": "external"}})
    assert found == {}
    assert "belongs to this repository (probe)" in message


def test_the_identifier_of_a_published_record_stays() -> None:
    found, (message,) = merged({"doi": THEIRS}, {}, {"doi": OURS})
    assert found == {}
    assert "published record cannot be changed" in message
    other = {"identifier": "10.1234/other", "provider": "external"}
    assert merged({"doi": other}, {}, {"doi": THEIRS}) == ({"doi": other}, [])


def test_nothing_is_an_identifier_without_text() -> None:
    for empty in ({"identifier": "", "provider": "external"}, {"provider": "external"}, {"identifier": None}):
        assert merged({"doi": empty}) == ({}, [])


# What is shown --------------------------------------------------------------------------------------------------------


def test_identifiers_of_a_provider_that_is_off_are_hidden_and_external_ones_shown() -> None:
    pids = {"doi": OURS, "ark": {"identifier": "ark:/1", "provider": "external"}}
    assert service(Provider()).visible(pids) == pids
    assert service().visible(pids) == {"ark": pids["ark"]}


def test_without_a_provider_nothing_can_be_reserved() -> None:
    with pytest.raises(InvalidRequest, match="No provider for identifiers of the scheme 'ark' is enabled"):
        service(Provider()).for_scheme("ark")
    assert service(Provider()).for_scheme("doi").name == "probe"


def test_required_providers_are_wanted_where_their_scheme_is_missing() -> None:
    required = service(Provider(required=True), Provider("ark", "optional"))
    assert [provider.scheme for provider in required.wanted({})] == ["doi"]
    assert required.wanted({"doi": THEIRS}) == []


def test_a_proposal_names_its_provider() -> None:
    own = service(Provider())
    request = IdentifierRequest("parent", "7", "8", {})
    assert own.proposal(own.for_scheme("doi"), request) == {
        "identifier": "10.5072/parent.7",
        "provider": "probe",
        "client": "probe",
    }


# Who holds one --------------------------------------------------------------------------------------------------------


def test_an_identifier_belongs_to_one_whatever_its_case(session: Session) -> None:
    own = service()
    own.claim(session.connection(), {"doi": THEIRS}, NOW, record_id=1)
    own.claim(session.connection(), {"doi": THEIRS}, NOW, record_id=1)
    shouted = {**THEIRS, "identifier": THEIRS["identifier"].upper()}
    with pytest.raises(Conflict, match="belongs to another record"):
        own.claim(session.connection(), {"doi": shouted}, NOW, record_id=2)
    with pytest.raises(Conflict):
        own.claim(session.connection(), {"doi": THEIRS}, NOW, parent_id=1)
    found = own.find(session, "doi", shouted["identifier"])
    assert found is not None
    assert (found.record_id, found.parent_id) == (1, None)
    assert own.find(session, "ark", THEIRS["identifier"]) is None


def test_what_was_released_can_be_given_again(session: Session) -> None:
    own = service()
    ark = {"identifier": "ark:/1", "provider": "external"}
    own.claim(session.connection(), {"doi": THEIRS, "ark": ark}, NOW, record_id=1)
    own.release(session.connection(), record_id=1, keep={"doi": THEIRS})
    assert own.find(session, "ark", "ark:/1") is None
    own.claim(session.connection(), {"ark": ark}, NOW, record_id=2)
    own.claim(session.connection(), {"doi": {**OURS}}, NOW, parent_id=5)
    own.release_parent(session.connection(), parent_id=5)
    assert own.find(session, "doi", OURS["identifier"]) is None
    assert own.find(session, "doi", THEIRS["identifier"]) is not None


def test_all_of_a_record_and_its_parent_is_settled_at_once(session: Session) -> None:
    own = service()
    connection = session.connection()
    ark = {"identifier": "ark:/1", "provider": "external"}
    own.claim(connection, {"doi": THEIRS, "ark": ark}, NOW, record_id=1)
    own.settle(connection, NOW, 1, {"doi": THEIRS}, 5, {"doi": OURS})
    assert own.find(session, "ark", "ark:/1") is None
    held = [own.find(session, "doi", pid["identifier"]) for pid in (THEIRS, OURS)]
    assert [(row.record_id, row.parent_id) for row in held if row is not None] == [(1, None), (None, 5)]
    own.settle(connection, NOW, 1, {}, 5, {"doi": OURS})
    assert own.find(session, "doi", THEIRS["identifier"]) is None
    with pytest.raises(Conflict, match="belongs to another record"):
        own.settle(connection, NOW, 2, {"doi": OURS}, 6, {})
    with pytest.raises(Conflict, match="belongs to another record"):
        own.settle(connection, NOW, 2, {"doi": THEIRS}, 6, {"doi": THEIRS})


@pytest.mark.hook("register_identifier_providers")
def test_two_providers_of_one_name_keep_the_second_plugin_out(
    repository: Repository, fake_plugin: FakePlugins, make_draft: Callable[..., Any]
) -> None:
    fake_plugin("first", register_identifier_providers=[Provider()])
    fake_plugin("second", register_identifier_providers=[Provider("doi", "second")])
    fake_plugin("third", register_identifier_providers=[Provider()])
    for name in ("first", "second"):
        repository.plugins.enable(name, SYSTEM)
    with pytest.raises(Conflict, match="'doi, probe' belongs to the plugin 'first'"):
        repository.plugins.enable("third", SYSTEM)
