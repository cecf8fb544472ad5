"""Commands for what the control panel does, too: the audit trail, deliveries, rendering one record anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from click.testing import Result
from sqlalchemy import select, update

from muniment.access.actor import ANONYMOUS
from muniment.events.models import Delivery
from muniment.records.models import Projection


def test_the_audit_trail_is_written_out(
    command: Callable[..., Result], repository: Any, make_record: Callable[..., Any]
) -> None:
    record = make_record()
    lines = command("audit", "--action", "record.", "--object", f"record:{record.id}").stdout.splitlines()
    assert [orjson.loads(line)["action"] for line in lines] == ["record.published"]
    table = command("audit", "--format", "csv", "--since", "2001-01-01", "--until", "2001-01-02").stdout
    assert table.splitlines() == ["id,at,action,resource,subject,via,details"]
    assert repository.audit.entries("audit")[0].via == "system"


def test_a_delivery_is_dropped(command: Callable[..., Result], repository: Any) -> None:
    repository.users.invite("marie@example.org")
    repository.deliveries.spread()
    with repository.database.write() as unit:
        unit.session.execute(update(Delivery).values(state="dead"))
        number = unit.session.execute(select(Delivery.id)).scalars().first()
    assert command("jobs", "drop", str(number), text="n\n").exit_code == 1
    assert command("jobs", "drop", str(number), "--yes").exit_code == 0
    assert command("jobs", "drop", str(number), "--yes").exit_code == 1


def test_one_record_is_rendered_anew(
    command: Callable[..., Result], repository: Any, make_record: Callable[..., Any]
) -> None:
    record = make_record("Right title")
    with repository.database.write() as unit:
        projection = unit.session.get(Projection, int(record.id))
        projection.body = projection.body.replace(b"Right title", b"Wrong title")
    assert repository.records.read(ANONYMOUS, record.id).data["metadata"]["title"] == "Wrong title"
    assert command("records", "reindex", record.id).exit_code == 0
    assert repository.records.read(ANONYMOUS, record.id).data["metadata"]["title"] == "Right title"
    assert command("records", "reindex", "999999").exit_code == 1
