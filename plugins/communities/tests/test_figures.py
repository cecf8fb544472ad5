"""Statistics of communities."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from muniment.api import PermissionDenied
from muniment_communities.figures import months

pytestmark = pytest.mark.plugins("communities", "requests")


def test_a_page_says_what_a_community_holds(
    communities: Any,
    found: Any,
    ada: Any,
    grace: Any,
    put: Any,
    make_record: Any,
    client: Any,
    panel_of: Any,
    repository: Any,
    sql_statements: list[str],
) -> None:
    polar = found(member_policy="open", members_visibility="restricted")
    page = client.get("/communities/polar/statistics").get_data(as_text=True)
    assert "members" not in page.split("<main")[1].split("</dl>")[0]
    record = make_record("Tides", files={"a.txt": b"12345"})
    put(record, polar)
    put(make_record("Dunes"), polar)
    make_record("Elsewhere")
    counted = communities.statistics.count(polar.id)
    assert (counted.records, counted.versions, counted.files, counted.bytes) == (2, 2, 1, 5)
    assert communities.statistics.by_month(polar)[-1][1] == 2
    communities.joining.ask(grace.actor, polar)
    with pytest.raises(PermissionDenied):
        communities.statistics.waiting(grace.actor, polar)
    page = panel_of(ada).get("/communities/polar/statistics")
    assert f'<dt>request waits for a decision</dt><dd><a href="/me/requests?of=community:{polar.id}">1</a>' in page
    sql_statements.clear()
    assert communities.statistics.figures(polar, 2) == counted
    assert len([one for one in sql_statements if one.startswith("SELECT")]) == 1


def test_months_end_with_the_present_one() -> None:
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    found = months(now, 3)
    assert [(one.year, one.month) for one in found] == [(2025, 11), (2025, 12), (2026, 1), (2026, 2)]
    assert found[2] < now < found[3]
    assert found[0] + timedelta(days=30) == found[1]


def test_figures_that_differ_are_counted_sooner(communities: Any, polar: Any, put: Any, make_record: Any) -> None:
    statistics = communities.statistics
    record = make_record("Tides")
    empty = statistics.count(polar.id)
    put(record, polar)
    with time_machine.travel(empty.counted + timedelta(seconds=9), tick=False):
        assert statistics.figures(polar, 1) == empty
    with time_machine.travel(empty.counted + timedelta(seconds=11), tick=False):
        assert statistics.figures(polar, 1).records == 1
