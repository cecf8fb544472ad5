"""The overview tells first what needs attention."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from muniment.events.models import Delivery


def test_what_needs_attention_comes_with_the_way_to_mend_it(repository: Any, panel: Any) -> None:
    repository.users.invite("marie@example.org")
    repository.deliveries.spread()
    with repository.database.write() as unit:
        unit.session.execute(update(Delivery).values(state="dead"))
    page = panel.get("/control")
    assert "1 were set aside" in page
    assert 'href="/control/outbox"' in page
    assert page.index("1 were set aside") < page.index("How much there is")


def test_figures(repository: Any, panel: Any, make_record: Any, make_draft: Any) -> None:
    repository.records.delete(
        repository.users.actor_for_user(repository.users.find("admin@example.org")), make_record("Withdrawn").id
    )
    make_record(files={"a.txt": b"four"})
    make_draft()
    page = panel.get("/control")
    assert "1 deleted" in page
    assert "4 B" in page


def test_a_check_that_a_page_must_not_wait_for_is_not_made(panel: Any, sql_statements: list[str]) -> None:
    sql_statements.clear()
    panel.get("/control")
    assert not [statement for statement in sql_statements if "quick_check" in statement]
