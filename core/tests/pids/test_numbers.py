"""Record numbers: never given twice, and shown in a form that is read back exactly or not at all."""

from __future__ import annotations

import string
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from muniment.db.engine import Database
from muniment.pids.numbers import COUNTER, NumberFormat, take_numbers
from muniment.plugins.models import Counter
from muniment.repository import Repository

DECIMAL, BASE32 = NumberFormat("decimal"), NumberFormat("base32")
NUMBERS = st.integers(min_value=1, max_value=2**53)


# Formats --------------------------------------------------------------------------------------------------------------


@given(NUMBERS)
def test_both_formats_read_back_what_they_write(number: int) -> None:
    assert DECIMAL.parse(DECIMAL.format(number)) == number
    assert BASE32.parse(BASE32.format(number)) == number


@given(st.lists(NUMBERS, unique=True, min_size=2, max_size=20))
def test_different_numbers_look_different(numbers: list[int]) -> None:
    for style in (DECIMAL, BASE32):
        assert len({style.format(number) for number in numbers}) == len(numbers)


@given(st.text(max_size=20) | st.text(string.hexdigits + string.ascii_lowercase + "-²٣０", max_size=20))
def test_any_text_is_a_number_or_nothing(text: str) -> None:
    for style in (DECIMAL, BASE32):
        number = style.parse(text)
        assert number is None or number >= 0


@pytest.mark.parametrize(
    "text", ["", "0", "007", "-1", "+1", "1.0", " 1", "1e3", "٣", "²", "1" * 19, "abc", "0003v-00"]
)
def test_what_is_no_decimal_number_of_ours(text: str) -> None:
    assert DECIMAL.parse(text) is None


def test_the_shape_of_base_32() -> None:
    text = BASE32.format(123)
    assert text == "00000-03v20"
    assert not set(text) & set("ilou")


@given(NUMBERS, st.data())
def test_one_wrong_character_is_noticed(number: int, data: Any) -> None:
    text = BASE32.format(number)
    place = data.draw(st.sampled_from([index for index, character in enumerate(text) if character != "-"]))
    wrong = data.draw(st.sampled_from("0123456789abcdefghjkmnpqrstvwxyz"))
    if wrong != text[place]:
        assert BASE32.parse(text[:place] + wrong + text[place + 1 :]) != number


@given(NUMBERS)
def test_what_people_confuse_is_read_alike(number: int) -> None:
    text = BASE32.format(number)
    for spelt in (text.upper(), text.replace("-", ""), text[:-2].replace("1", "l").replace("0", "o") + text[-2:]):
        assert BASE32.parse(spelt) == number


# The sequence ---------------------------------------------------------------------------------------------------------


def test_numbers_go_up_one_by_one_or_in_rows(repository: Repository) -> None:
    with repository.database.write() as unit:
        first = take_numbers(unit.session)
        row = take_numbers(unit.session, 3)
        after = take_numbers(unit.session)
    assert [*first, *row, *after] == list(range(first[0], first[0] + 5))


def test_the_number_of_a_discarded_draft_does_not_come_again(
    repository: Repository, make_draft: Callable[..., Any], ada: Any
) -> None:
    draft = make_draft()
    repository.records.delete_draft(ada.actor, draft.id)
    assert int(make_draft().id) > int(draft.id)


@pytest.mark.parametrize("fresh", [True, False])
def test_no_number_is_given_twice_however_many_ask_at_once(repository: Repository, fresh: bool) -> None:
    with repository.database.write() as unit:
        unit.session.execute(delete(Counter).where(Counter.name == COUNTER))
        if not fresh:
            take_numbers(unit.session)
    taken: list[int] = []
    errors: list[BaseException] = []
    meeting = threading.Barrier(6)
    url = repository.database.url.render_as_string(hide_password=False)

    def work() -> None:
        database = Database(url, lock_timeout=30)
        try:
            meeting.wait(30)
            for count in (1, 2, 1):
                with database.write() as unit:
                    taken.extend(take_numbers(unit.session, count))
        except BaseException as error:
            errors.append(error)
            raise
        finally:
            database.dispose()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    first = 1 if fresh else 2
    assert sorted(taken) == list(range(first, first + 24))
