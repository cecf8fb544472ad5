"""A row that two transactions want to make at the same moment is made once."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy import select

from muniment.db.engine import Database
from muniment.db.inserting import insert_missing
from muniment.plugins.models import Counter


def test_a_row_that_is_there_stays_as_it_is(database: Database) -> None:
    with database.write() as unit:
        unit.session.add(Counter(name="probe", value=7))
        insert_missing(unit.session, Counter, name="probe", value=0)
        insert_missing(unit.session, Counter, name="other", value=1)
    with database.read() as session:
        found = {row.name: row.value for row in session.execute(select(Counter)).scalars()}
    assert (found["probe"], found["other"]) == (7, 1)


def test_of_many_that_make_it_at_once_each_finds_it(
    database_url: str, database: Database, open_database: Callable[..., Database]
) -> None:
    meeting = threading.Barrier(6)
    errors: list[BaseException] = []

    def work(own: Database) -> None:
        try:
            meeting.wait(30)
            with own.write() as unit:
                insert_missing(unit.session, Counter, name="probe", value=0)
                row = unit.session.get_one(Counter, "probe", with_for_update=True)
                row.value += 1
        except BaseException as error:
            errors.append(error)
            raise

    threads = [threading.Thread(target=work, args=(open_database(database_url, lock_timeout=30),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    with database.read() as session:
        assert session.get_one(Counter, "probe").value == 6
