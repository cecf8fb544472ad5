"""With the plugin off, or purged, nothing opens; on again, everything is as it would have been."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import ANONYMOUS, SYSTEM, PermissionDenied, SearchRequest

pytestmark = pytest.mark.plugins("embargo")


def switched(repository: Any, clock: Any, on: bool) -> Any:
    (repository.plugins.enable if on else repository.plugins.disable)("embargo", SYSTEM)
    found = repository.successor()
    found.deliveries.run_until_idle()
    found.search.wait_for(found.events.last_id())
    return found


def counts(repository: Any, status: str) -> int:
    return repository.records.search(ANONYMOUS, SearchRequest(facets={"access_status": (status,)})).total


def is_closed(repository: Any, number: str) -> bool:
    with pytest.raises(PermissionDenied):
        repository.records.record_for(ANONYMOUS, number, "read_files")
    data = repository.records.read(ANONYMOUS, number).data
    return data["access"]["files"] == "restricted" and "entries" not in data["files"]


@pytest.mark.hook("disable_notices")
def test_operators_are_told_before(repository: Any, embargoed: Any, panel: Any) -> None:
    assert repository.plugins.plan_disable("embargo").notices == ()
    embargoed("2027-03-03")
    embargoed("2027-03-04")
    told = "2 records are under embargo. While the plugin is off their files stay closed, also after their day"
    (notice,) = repository.plugins.plan_disable("embargo").notices
    assert notice.startswith(told)
    assert told in panel.get("/control/plugins/embargo/disable")


def test_disabling_opens_nothing_and_enabling_opens_what_is_overdue(
    repository: Any, clock: Any, embargoed: Any
) -> None:
    due, later = embargoed("2027-03-03").id, embargoed("2027-12-24").id
    repository.jobs.run_due()
    assert counts(repository, "embargoed") == 2
    off = switched(repository, clock, False)
    clock.at("2027-03-10 12:00")
    off.jobs.run_due()
    for number in (due, later):
        assert is_closed(off, number)
        access = off.records.read(ANONYMOUS, number).data["access"]
        assert (access["status"], access["embargo"]) == ("restricted", {"active": False, "reason": None})
    assert (counts(off, "embargoed"), counts(off, "restricted")) == (0, 2)
    on = switched(off, clock, True)
    assert counts(on, "embargoed") == 2
    on.jobs.run_due()
    assert on.records.read(ANONYMOUS, due).data["access"]["status"] == "open"
    assert is_closed(on, later)


def test_an_embargo_outlives_editing_and_versions_while_the_plugin_is_off(
    repository: Any, clock: Any, ada: Any, embargoed: Any
) -> None:
    number = embargoed("2027-03-03", reason="Thesis").id
    off = switched(repository, clock, False)
    draft = off.records.edit(ada.actor, number)
    draft.data["metadata"]["title"] = "Another title"
    off.records.update_draft(ada.actor, number, draft.data)
    off.records.publish(ada.actor, number)
    version = off.records.new_version(ada.actor, number).id
    off.records.import_files(ada.actor, version)
    off.records.publish(ada.actor, version)
    assert is_closed(off, number)
    assert is_closed(off, version)
    on = switched(off, clock, True)
    for kept in (number, version):
        access = on.records.read(ANONYMOUS, kept).data["access"]
        assert access["status"] == "embargoed"
        assert access["embargo"] == {"active": True, "until": "2027-03-03", "reason": "Thesis"}


def test_what_somebody_opened_while_the_plugin_was_off_stays_open(
    repository: Any, clock: Any, ada: Any, embargoed: Any
) -> None:
    number = embargoed("2027-03-03").id
    off = switched(repository, clock, False)
    draft = off.records.edit(ada.actor, number)
    off.records.update_draft(ada.actor, number, {**draft.data, "access": {"record": "public", "files": "public"}})
    off.records.publish(ada.actor, number)
    on = switched(off, clock, True)
    access = on.records.read(ANONYMOUS, number).data["access"]
    assert (access["status"], access["embargo"]["active"]) == ("open", False)
    assert on.plugins.plan_disable("embargo").notices == ()


def test_purging_forgets_the_days_and_opens_nothing(repository: Any, clock: Any, embargoed: Any) -> None:
    number = embargoed("2027-03-03").id
    off = switched(repository, clock, False)
    result = off.plugins.purge("embargo", SYSTEM, confirmation="embargo")
    assert result.parts == {"access.embargo": 1}
    assert is_closed(off, number)
    on = switched(off, clock, True)
    assert on.records.read(ANONYMOUS, number).data["access"]["status"] == "restricted"
