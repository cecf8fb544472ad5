"""What a process keeps across generations: made once, whoever asks, and closed in reverse order."""

from __future__ import annotations

import threading

from muniment.resources import Resources


class Closing:
    def __init__(self, name: str, closed: list[str]) -> None:
        self.name = name
        self.closed = closed

    def close(self) -> None:
        self.closed.append(self.name)


def test_an_object_is_made_when_it_is_first_asked_for() -> None:
    resources, made = Resources(), list[int]()

    def make() -> str:
        made.append(1)
        return "index"

    for _ in range(2):
        assert resources.get("index", make) == "index"
    assert made == [1]


def test_many_threads_get_the_same_object() -> None:
    resources, meeting = Resources(), threading.Barrier(8)
    found: list[object] = []

    def ask() -> None:
        meeting.wait(10)
        found.append(resources.get("index", object))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


def test_one_object_may_need_another() -> None:
    resources = Resources()
    assert resources.get("outer", lambda: [resources.get("inner", lambda: 1)]) == [1]


def test_the_newest_is_closed_first_and_plain_values_are_let_go() -> None:
    resources, closed = Resources(), list[str]()
    resources.get("first", lambda: Closing("first", closed))
    resources.get("plain", lambda: 7)
    resources.get("second", lambda: Closing("second", closed))
    resources.close()
    resources.close()
    assert closed == ["second", "first"]
    assert resources.get("plain", lambda: 8) == 8
