"""Files of a published record that are replaced while they are under embargo."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import ANONYMOUS, PermissionDenied

pytestmark = [pytest.mark.plugins("embargo"), pytest.mark.configuration("records", file_modification_days=30)]


@pytest.mark.hook("register_jobs")
def test_an_embargo_holds_for_files_that_were_replaced(
    repository: Any, clock: Any, embargoed: Any, ada: Any, grace: Any
) -> None:
    number = embargoed("2027-03-20").id
    repository.records.modify_files(ada.actor, number)
    repository.files.delete(ada.actor, number, "data.csv")
    repository.files.add(ada.actor, number, "better.csv", b"a,b\n1,3\n")
    repository.records.publish(ada.actor, number)
    access = repository.records.read(ANONYMOUS, number).data["access"]
    assert (access["files"], access["embargo"]["until"]) == ("restricted", "2027-03-20")
    for actor in (ANONYMOUS, grace.actor):
        with pytest.raises(PermissionDenied):
            repository.files.download(actor, number, "better.csv")
    clock.at("2027-03-20 00:00")
    assert repository.jobs.run_now("embargo.lift") == "1 lifted"
    with repository.files.download(ANONYMOUS, number, "better.csv").open() as handle:
        assert handle.read() == b"a,b\n1,3\n"


@pytest.mark.hook("register_jobs")
def test_an_embargo_that_ends_while_files_are_open_ends(repository: Any, clock: Any, embargoed: Any, ada: Any) -> None:
    number = embargoed("2027-03-03").id
    repository.records.modify_files(ada.actor, number)
    repository.files.add(ada.actor, number, "more.csv", b"c\n")
    clock.at("2027-03-03 00:00")
    repository.jobs.run_now("embargo.lift")
    repository.records.publish(ada.actor, number)
    data = repository.records.read(ANONYMOUS, number).data
    assert (data["access"]["files"], sorted(data["files"]["entries"])) == ("public", ["data.csv", "more.csv"])
