"""DOIs required, on request or off; prefixes; what is no setting."""

from __future__ import annotations

import pytest

from muniment.api import SYSTEM, InvalidRequest, ValidationFailed
from muniment.testing.documents import document

pytestmark = pytest.mark.plugins("datacite")

REAL = {"test_mode": False, "prefix": "10.1234", "username": "ABCD.REPO", "password": "secret"}


@pytest.fixture
def having(repository):
    """The repository with other settings of the plugin."""

    def change(**values):
        repository.plugin_settings.change("datacite", values, SYSTEM)
        return repository.successor()

    return change


def test_on_request(having, ada) -> None:
    optional = having(dois="optional")
    without = optional.records.create(ada.actor, document())
    assert optional.records.publish(ada.actor, without.id).data["pids"] == {}
    asked = optional.records.create(ada.actor, document())
    optional.records.reserve_identifier(ada.actor, asked.id, "doi")
    record = optional.records.publish(ada.actor, asked.id).data
    assert record["pids"]["doi"]["identifier"] == f"10.5072/muniment.{asked.id}"
    assert record["parent"]["pids"]["doi"]["provider"] == "datacite"


def test_off(having, repository, ada, make_record) -> None:
    before = make_record().data
    off = having(dois="off")
    draft = off.records.create(ada.actor, document())
    with pytest.raises(InvalidRequest, match="No provider for identifiers of the scheme 'doi' is enabled"):
        off.records.reserve_identifier(ada.actor, draft.id, "doi")
    assert off.records.publish(ada.actor, draft.id).data["pids"] == {}
    off.records.edit(ada.actor, before["id"])
    off.records.update_draft(ada.actor, before["id"], document("Still with its DOI"))
    assert off.records.publish(ada.actor, before["id"]).data["pids"] == before["pids"]


@pytest.mark.parametrize("identifier", ["10.5072/x", "10.1234/x", "10.77777/x", "10.77777/X"])
def test_no_own_prefix_can_be_external(having, ada, identifier: str) -> None:
    real = having(**REAL, further_prefixes=["10.77777"])
    pids = {"doi": {"identifier": identifier, "provider": "external"}}
    draft = real.records.create(ada.actor, document(pids=pids))
    assert [problem.field for problem in draft.problems] == ["pids.doi"]


def test_a_prefix_that_only_begins_alike_is_foreign(having, ada) -> None:
    real = having(**REAL, further_prefixes=["10.77777"])
    pids = {"doi": {"identifier": "10.777778/x", "provider": "external"}}
    assert real.records.create(ada.actor, document(pids=pids)).problems == ()


def test_prefix_and_suffix(having, ada) -> None:
    real = having(**REAL, suffix="deposit/{id}.v1")
    draft = real.records.create(ada.actor, document())
    reserved = real.records.reserve_identifier(ada.actor, draft.id, "doi").data
    assert reserved["pids"]["doi"]["identifier"] == f"10.1234/deposit/{draft.id}.v1"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"prefix": "10.12"}, "datacite.prefix"),
        ({"prefix": "10.1234\n"}, "datacite.prefix"),
        ({"suffix": "always-the-same"}, "datacite.suffix"),
        ({"suffix": "{id}{year}"}, "datacite.suffix"),
        ({"further_prefixes": ["11.1234"]}, "datacite.further_prefixes"),
        ({"dois": "sometimes"}, "datacite.dois"),
        ({**REAL, "prefix": "10.5072"}, "datacite.prefix"),
        ({**REAL, "password": ""}, "datacite.password"),
    ],
)
def test_what_is_no_setting(having, values, field: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        having(**values)
    assert [problem.field for problem in caught.value.errors] == [field]


def test_test_dois_never_reach_datacite(having, repository, make_record, served) -> None:
    """Records of the time of tests keep test DOIs; switched to real ones, DataCite is not asked about them."""
    record = make_record().data
    served.will_answer(201, {"data": {"attributes": {"state": "findable"}}})
    real = having(**REAL, api_url=served.url)
    real.deliveries.run_until_idle()
    assert served.asked == []
    number = real.records.number_of
    from muniment_datacite.registration import Registrar

    registrar = Registrar(real, real.settings("datacite"))
    assert registrar.bring(number(record["id"]), number(record["parent"]["id"])) == []


def test_real_dois_are_told_to_datacite(having, ada, served) -> None:
    served.will_answer(201, {"data": {"attributes": {"state": "findable"}}})
    real = having(**REAL, api_url=served.url)
    draft = real.records.create(ada.actor, document())
    record = real.records.publish(ada.actor, draft.id).data
    real.deliveries.run_until_idle()
    assert [path for _, path, _ in served.asked] == [
        f"/dois/10.1234/muniment.{record['id']}",
        f"/dois/10.1234/muniment.{record['parent']['id']}",
    ]
    assert {body["data"]["attributes"]["event"] for *_, body in served.asked} == {"publish"}
