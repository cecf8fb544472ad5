"""Works on people's ORCID records: added when they want it, kept up to date, taken out, through outages."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from muniment.api import SYSTEM
from muniment.testing.documents import document
from muniment.testing.partners import Answered

pytestmark = pytest.mark.plugins("orcid")
ID = "0000-0002-1825-0097"
PAGE = "/account/settings/orcid"
NAMES = {"work": "http://www.orcid.org/ns/work", "common": "http://www.orcid.org/ns/common"}


def text_of(work: etree._Element, path: str) -> str | None:
    return work.findtext(path, namespaces=NAMES)


def only(orcid: Any) -> etree._Element:
    (found,) = orcid.member.works.values()
    return found


@pytest.mark.hook("register_event_handlers")
@pytest.mark.hook("oidc_providers")
def test_a_work_lives_at_orcid_as_its_record_does_here(
    adas: Any, allow: Any, orcid: Any, repository: Any, ada: Any, make_record: Any, run_jobs: Any
) -> None:
    before = make_record("Before it was switched on").data
    run_jobs()
    assert orcid.member.asked == [], "nothing is told before somebody wants it"
    allow()
    run_jobs()
    (put_code,) = orcid.member.works
    work = only(orcid)
    assert text_of(work, "work:title/common:title") == "Before it was switched on"
    assert text_of(work, "work:type") == "data-set"
    assert text_of(work, "common:publication-date/common:day") == "14"
    assert (
        text_of(work, "common:external-ids/common:external-id/common:external-id-value") == before["links"]["self_html"]
    )
    assert text_of(work, "work:contributors/work:contributor/common:contributor-orcid/common:path") == ID

    # New metadata, then a new version: the same work.
    repository.records.edit(ada.actor, before["id"])
    repository.records.update_draft(ada.actor, before["id"], document("A <em>better</em> title \x0b& more"))
    repository.records.publish(ada.actor, before["id"])
    run_jobs()
    assert text_of(only(orcid), "work:title/common:title") == "A better title & more"
    newer = repository.records.new_version(ada.actor, before["id"])
    repository.records.update_draft(
        ada.actor, newer.id, document("Second version", metadata={"publication_date": "1850/1900"})
    )
    second = repository.records.publish(ada.actor, newer.id).data
    run_jobs()
    assert list(orcid.member.works) == [put_code]
    assert text_of(only(orcid), "common:url") == second["links"]["self_html"]
    assert text_of(only(orcid), "common:publication-date/common:year") is None, "ORCID's years begin with 1900"

    # What only some may see leaves, and comes back; nothing is told twice.
    repository.records.change_access(SYSTEM, second["id"], lambda state: _hidden(state, "restricted"))
    run_jobs()
    assert orcid.member.works == {}
    repository.records.change_access(SYSTEM, second["id"], lambda state: _hidden(state, "public"))
    run_jobs()
    assert len(orcid.member.works) == 1
    asked = len(orcid.member.asked)
    repository.records.refresh(SYSTEM, second["id"])
    run_jobs()
    assert len(orcid.member.asked) == asked

    page = adas.get(PAGE)
    assert "Second version" in page
    assert "Added" in page
    for number in (second["id"], before["id"]):
        repository.records.delete(SYSTEM, number, {"removal_reason": {"id": "spam"}})
    run_jobs()
    assert orcid.member.works == {}


def _hidden(state: Any, value: str) -> Any:
    from dataclasses import replace

    return replace(state, record=value, files=value)


def test_only_own_records_with_the_own_id_are_added(
    allow: Any, orcid: Any, grace: Any, make_record: Any, run_jobs: Any
) -> None:
    allow()
    make_record("Of somebody else, who names Ada", actor=grace.actor)
    make_record("Ada's, by others", metadata={"creators": [_somebody("Babbage")]})
    run_jobs()
    assert orcid.member.works == {}


def _somebody(name: str) -> dict[str, Any]:
    return {"person_or_org": {"type": "personal", "family_name": name, "given_name": "Charles"}}


def test_an_outage_is_waited_for_and_a_lost_answer_adds_nothing_twice(
    allow: Any, orcid: Any, repository: Any, make_record: Any, run_jobs: Any, panel_of: Any, administrator: Any
) -> None:
    allow()
    orcid.member.away = Answered(503, {}, {"Retry-After": "120"})
    make_record("Patient")
    run_jobs()
    assert orcid.member.works == {}
    waiting = repository.deliveries.outstanding(handler="orcid.deliver").deliveries
    assert any("503" in (delivery.error or "") for delivery in waiting)
    operators = panel_of(administrator)
    page = operators.get("/control/orcid?state=waiting")
    assert "Patient" in page
    assert "503" in page

    orcid.member.away = None
    operators.post("/control/orcid/retry")
    repository.deliveries.retry()
    run_jobs()
    (put_code,) = orcid.member.works
    # The answer that told the put-code never came.
    from muniment_orcid.models import Work

    with repository.database.write() as unit:
        unit.session.query(Work).update({"put_code": "", "state": "waiting", "digest": ""})
    operators.post("/control/orcid/retry")
    run_jobs()
    assert list(orcid.member.works) == [put_code]
    assert "Patient" in operators.get("/control/orcid?state=added")


def test_what_people_take_out_at_orcid_stays_out(
    adas: Any, allow: Any, orcid: Any, repository: Any, ada: Any, make_record: Any, run_jobs: Any
) -> None:
    allow()
    record = make_record().data
    run_jobs()
    orcid.member.works.clear()
    for title in ("Once more", "And again"):
        repository.records.edit(ada.actor, record["id"])
        repository.records.update_draft(ada.actor, record["id"], document(title))
        repository.records.publish(ada.actor, record["id"])
        run_jobs()
    assert orcid.member.works == {}
    assert "Taken out by you" in adas.get(PAGE)


def test_a_permission_that_ended_at_orcid_is_asked_for_again(
    adas: Any, allow: Any, orcid: Any, make_record: Any, run_jobs: Any
) -> None:
    allow()
    orcid.member.revoked.add("f5af9f51-07e6-4332-8f1a-c0c11c1e3728")
    make_record("Meanwhile")
    run_jobs()
    assert "ORCID does not take our permission any more" in adas.get(PAGE)
    orcid.member.revoked.clear()
    allow()
    run_jobs()
    assert text_of(only(orcid), "work:title/common:title") == "Meanwhile"


@pytest.mark.parametrize("wish", ["stop", "withdraw"])
def test_switching_off_gives_the_token_back(
    adas: Any, allow: Any, orcid: Any, repository: Any, make_record: Any, run_jobs: Any, wish: str
) -> None:
    from muniment_orcid.models import Permission, Work

    allow()
    make_record()
    run_jobs()
    adas.get(PAGE)
    adas.post(PAGE, do=wish)
    run_jobs()
    assert len(orcid.member.works) == (1 if wish == "stop" else 0)
    assert orcid.given_back == ["f5af9f51-07e6-4332-8f1a-c0c11c1e3728"]
    with repository.database.read() as session:
        assert session.query(Permission).count() == session.query(Work).count() == 0
    make_record("Later")
    run_jobs()
    assert len(orcid.member.works) == (1 if wish == "stop" else 0)


def test_unlinking_ends_it(adas: Any, allow: Any, orcid: Any, repository: Any, make_record: Any, run_jobs: Any) -> None:
    allow()
    adas.get("/account/settings/linked")
    adas.post("/account/settings/linked", issuer=orcid.url, subject=ID)
    make_record()
    run_jobs()
    assert orcid.member.works == {}
    assert orcid.given_back


def repository_asks(repository: Any, person: Any) -> None:
    (plugin,) = [one for one in repository.generation.plugins if one.name == "orcid"]
    plugin.plugin.permissions.ask(person.actor)


def test_tokens_are_kept_only_when_asked_for_and_never_readable(
    adas: Any, allow: Any, sign_in_with: Any, orcid: Any, repository: Any, ada: Any
) -> None:
    from muniment_orcid.models import Permission

    # Somebody is lured to the address: ORCID may even say yes at once, but Ada never asked for it here.
    sign_in_with(adas.client, "/oidc/orcid/sign-in?ask=works&next=/", scope="openid /activities/update")
    with repository.database.read() as session:
        assert session.get(Permission, ada.subject) is None
    # And without the scope nothing is on.
    repository_asks(repository, ada)
    sign_in_with(adas.client, "/oidc/orcid/sign-in?ask=nothing-known", scope="openid")
    with repository.database.read() as session:
        assert session.get(Permission, ada.subject).state == "asked"
    allow()
    with repository.database.read() as session:
        row = session.get(Permission, ada.subject)
        assert row.state == "on"
        assert "f5af9f51" not in str(row.token)


@pytest.mark.hook("register_blueprints")
@pytest.mark.hook("register_nav")
def test_without_an_id_nothing_can_be_switched_on(panel_of: Any, grace: Any, api: Any) -> None:
    graces = panel_of(grace)
    assert "Link your ORCID iD first" in graces.get(PAGE)
    assert "Link your ORCID iD first." in graces.post(PAGE, 422, do="start")
    assert graces.post(PAGE, 422, do="stop")
    assert graces.post(PAGE, 400, do="anything")
    assert api.as_(grace).get(PAGE).status_code == 403, "tokens change no accounts"


@pytest.mark.any_database
def test_every_type_is_one_that_orcid_knows(repository: Any, published: Any) -> None:
    from muniment_orcid.works import work_type

    terms = repository.vocabularies.search("resourcetypes", "", size=100)
    found = {work_type(term.id) for term in terms.terms}
    assert found <= set((published / "work-types.txt").read_text(encoding="utf-8").split())
    assert {"data-set", "journal-article", "software", "image"} <= found
