"""Jobs, outbox, search index, audit trail, settings, plugins and system in the control panel."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import select, update

from muniment.access.actor import SYSTEM
from muniment.events.models import Delivery
from muniment.jobs.models import JobRow


@pytest.fixture
def dead(repository: Any, run_jobs: Any) -> int:
    """A delivery that was set aside."""
    run_jobs()
    repository.users.invite("marie@example.org")
    repository.deliveries.spread()
    with repository.database.write() as unit:
        unit.session.execute(
            update(Delivery)
            .where(Delivery.state == "pending")
            .values(state="dead", attempts=12, error="T\nOSError: no")
        )
        return int(unit.session.execute(select(Delivery.id).where(Delivery.state == "dead")).scalar_one())


def test_a_job_runs_when_it_is_asked_for(repository: Any, panel: Any) -> None:
    repository.jobs.run_due()  # plans them
    with repository.database.write() as unit:
        unit.session.execute(
            update(JobRow).where(JobRow.name == "retention-sweep").values(last_error="T\nOSError: full", failures=2)
        )
    page = panel.get("/control/jobs")
    assert page.index("OSError: full") < page.index("files.sweep"), "what failed comes first"
    page = panel.post("/control/jobs/retention-sweep/run")
    assert "Due now" in page
    assert repository.jobs.run_due() == 1
    assert "OSError: full" not in panel.get("/control/jobs")
    assert repository.audit.entries("job:retention-sweep")[0].action == "job.requested"
    panel.post("/control/jobs/nonsense/run", 404)


def test_what_was_set_aside_is_tried_again(repository: Any, panel: Any, dead: int) -> None:
    page = panel.get("/control/outbox")
    assert "OSError: no" in page
    assert "12 tries" in page
    panel.post(f"/control/outbox/{dead}/retry")
    assert repository.deliveries.find(dead).state == "pending"
    assert repository.audit.entries(f"delivery:{dead}")[0].action == "delivery.retried"
    assert "OSError: no" not in panel.get("/control/outbox?state=dead")
    panel.post("/control/outbox/retry")


def test_what_was_set_aside_is_dropped_after_a_question(repository: Any, panel: Any, dead: int) -> None:
    assert "will never hear" in panel.get(f"/control/outbox/{dead}/drop")
    assert "The delivery is dropped." in panel.post(f"/control/outbox/{dead}/drop")
    assert repository.deliveries.counts()["dead"] == 0
    assert "not among those that failed" in panel.post(f"/control/outbox/{dead}/drop")
    panel.get(f"/control/outbox/{dead}/drop", 404)


def test_the_outbox_is_paged_and_filtered(repository: Any, panel: Any, ada: Any) -> None:
    for number in range(60):
        repository.users.invite(f"somebody{number}@example.org")
    repository.deliveries.spread()
    first = panel.get("/control/outbox?handler=users.letters")
    assert first.count("for users.letters") == 50
    following = repository.deliveries.outstanding(handler="users.letters").after
    assert panel.get(f"/control/outbox?handler=users.letters&after={following}").count("for users.letters") == 10
    assert "No delivery matches" in panel.get("/control/outbox?state=dead")


def test_poison_of_the_index_is_shown_and_tried_again(
    repository: Any, panel: Any, make_record: Callable[..., Any]
) -> None:
    record = make_record()
    repository.search.runtime.set_aside.add(f"record:{record.id}", 1, ValueError("not a date"))
    assert "ValueError: not a date" in panel.get("/control/index")
    page = panel.post(f"/control/records/{record.id}/refresh", **{"from": "index"})
    assert "It was tried again." in page


def test_the_audit_trail_is_filtered(repository: Any, panel: Any, ada: Any, make_record: Callable[..., Any]) -> None:
    record = make_record()
    assert "record.published" in panel.get("/control/audit")
    assert "record.published" in panel.get(f"/control/audit?object=record:{record.id}")
    assert "No entry matches" in panel.get("/control/audit?object=record:999")
    assert "record.published" in panel.get("/control/audit?action=record.")
    assert "user.create" not in panel.get("/control/audit?action=record.")
    assert "Ada Lovelace" in panel.get("/control/audit?actor=ada@example.org")
    assert "No entry matches" in panel.get("/control/audit?until=2001-01-01")
    assert "There is no account" in panel.get("/control/audit?actor=nobody@example.org", 422)
    assert "Enter a day" in panel.get("/control/audit?since=yesterday", 422)


def test_the_audit_trail_is_paged_by_number(repository: Any, panel: Any) -> None:
    with repository.database.write() as unit:
        for number in range(120):
            unit.audit("probe.act", f"probe:{number}", SYSTEM)
    newest = panel.get("/control/audit?action=probe.act")
    assert "probe:119" in newest
    assert "probe:69" not in newest
    older = newest.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    assert "before=" in older
    page = panel.get(older)
    assert "probe:69" in page
    assert "probe:70<" not in page


def test_the_audit_trail_is_saved_without_formulas(repository: Any, panel: Any, administrator: Any) -> None:
    with repository.database.write() as unit:
        unit.audit("probe.act", "=cmd|'/c calc'!A1", administrator.actor, fields=["title"])
    answer = panel.client.get("/control/audit/audit.csv?action=probe.act")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    (line,) = csv.DictReader(io.StringIO(answer.get_data(as_text=True)))
    assert line["resource"] == "'=cmd|'/c calc'!A1"
    assert line["subject"] == str(administrator.subject)
    lines = panel.client.get("/control/audit/audit.jsonl?action=probe.act").get_data().splitlines()
    assert [orjson.loads(item)["details"] for item in lines] == [{"fields": ["title"]}]
    assert repository.audit.entries("audit")[0].action == "audit.exported"
    panel.get("/control/audit/audit.xlsx", 404)


@pytest.mark.configuration("mail", password="hunter2")
@pytest.mark.plugins("datacite")
def test_settings_show_where_values_come_from_and_no_secrets(panel: Any) -> None:
    page = panel.get("/control/settings")
    assert "hunter2" not in page
    assert "********" in page
    assert "Test Repository" in page
    assert "How long a publish waits" in page
    assert "/control/plugins/datacite/settings" in page


def test_a_plugin_is_switched_on_and_off(repository: Any, panel: Any) -> None:
    assert "datacite" in panel.get("/control/plugins")
    assert "Switch on" in panel.get("/control/plugins/datacite")
    assert "The plugin is on." in panel.post("/control/plugins/datacite/enable")
    assert "datacite" in repository.plugins.enabled()
    assert "Its data and settings stay" in panel.get("/control/plugins/datacite/disable")
    panel.post("/control/plugins/datacite/disable")
    assert "datacite" not in repository.plugins.enabled()
    assert "part of the core" in panel.post("/control/plugins/accounts/disable", 422)
    panel.get("/control/plugins/nonsense", 404)


def test_a_plugin_that_fails_says_why_and_can_be_tried_again(repository: Any, panel: Any, fake_plugin: Any) -> None:
    def fail() -> None:
        raise RuntimeError("no flange")

    fake_plugin("probe", {"title": "The probe"}, on_import=fail)
    assert "fails and stays off: RuntimeError: no flange" in panel.post("/control/plugins/probe/enable", 422)
    page = panel.get("/control/plugins/probe")
    assert "does not run" in page
    assert "Traceback" in page
    assert "Switch on" in page
    assert "Install a version of it that works" in panel.get("/control/plugins")


def test_a_plugin_whose_package_is_gone_can_be_switched_off(repository: Any, panel: Any, fake_plugin: Any) -> None:
    probe = fake_plugin("probe")
    panel.post("/control/plugins/probe/enable")
    fake_plugin.remove(probe)
    page = panel.get("/control/plugins/probe")
    assert "package is gone" in page
    assert "Switch on" not in page
    panel.get("/control/plugins/probe/disable")
    panel.post("/control/plugins/probe/disable")
    assert "probe" not in repository.plugins.enabled()


def test_what_is_built_in_stays_on(panel: Any) -> None:
    assert "part of the core" in panel.get("/control/plugins/accounts/disable", 422)
    assert "Switch off" not in panel.get("/control/plugins/accounts")


def test_the_system_tells_what_it_is_made_of(panel: Any) -> None:
    page = panel.get("/control/system")
    assert "SQLAlchemy" in page
    assert "control.css" in page
