"""The writer's lock: one at a time, in the order of asking, for a limited time, whoever dies or forks."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muniment.db.write_lock import WriteLock
from muniment.errors import Busy

#: Long enough for a busy machine, short enough to notice a lock that never comes.
PATIENCE = 20.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "muniment.db.lock"


@pytest.fixture
def process(path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts a Python process with `lock` at hand, and waits for its first line."""
    started: list[subprocess.Popen[str]] = []
    begin = (
        "import os, signal, sys, threading, time\nfrom pathlib import Path\n"
        "from muniment.db.write_lock import WriteLock\nfrom muniment.errors import Busy\n"
        f"lock = WriteLock(Path({str(path)!r}), {PATIENCE})\n"
    )

    def start(script: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-c", begin + script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(child)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        return child

    yield start
    for child in started:
        child.kill()
        child.wait(PATIENCE)
        for pipe in (child.stdin, child.stdout):
            assert pipe is not None
            pipe.close()


HOLD = "with lock.hold():\n    print('ready', flush=True)\n    sys.stdin.readline()\n"


def in_thread(function: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    return thread


def waiting(lock: WriteLock, count: int) -> None:
    """Wait until `count` threads queue for the lock."""
    deadline = time.monotonic() + PATIENCE
    while len(lock._queue) < count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


# Threads --------------------------------------------------------------------------------------------------------------


def test_one_thread_at_a_time(path: Path) -> None:
    lock, inside, most = WriteLock(path, PATIENCE), [0], [0]

    def work() -> None:
        for _ in range(20):
            with lock.hold():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.0002)
                inside[0] -= 1

    threads = [in_thread(work) for _ in range(6)]
    for thread in threads:
        thread.join(PATIENCE)
    assert most == [1]


def test_threads_are_served_in_the_order_in_which_they_asked(path: Path) -> None:
    lock, served = WriteLock(path, PATIENCE), []
    threads = []

    def ask(number: int) -> Callable[[], None]:
        def work() -> None:
            with lock.hold():
                served.append(number)

        return work

    with lock.hold():
        for number in range(10):
            threads.append(in_thread(ask(number)))
            waiting(lock, number + 1)
    for thread in threads:
        thread.join(PATIENCE)
    assert served == list(range(10))


def test_the_time_limit_is_kept_and_says_when_to_come_again(path: Path) -> None:
    lock = WriteLock(path, 0.05)
    with lock.hold():
        began = time.monotonic()
        caught: list[Busy] = []

        def ask() -> None:
            with pytest.raises(Busy) as refused, lock.hold():
                pass
            caught.append(refused.value)

        in_thread(ask).join(PATIENCE)
        assert 0.05 <= time.monotonic() - began < 5
    assert caught[0].status == 503
    assert int(caught[0].headers["Retry-After"]) > 0


def test_who_gives_up_leaves_no_gap_in_the_queue(path: Path) -> None:
    lock, served = WriteLock(path, PATIENCE), []

    def patient() -> None:
        with lock.hold():
            served.append("patient")

    def impatient() -> None:
        lock.timeout = 0.01
        with pytest.raises(Busy), lock.hold():
            pass

    with lock.hold():
        first = in_thread(impatient)
        first.join(PATIENCE)
        lock.timeout = PATIENCE
        second = in_thread(patient)
        waiting(lock, 1)
    second.join(PATIENCE)
    assert served == ["patient"]


def test_an_error_inside_gives_the_lock_back(path: Path) -> None:
    lock = WriteLock(path, 1)
    with pytest.raises(ZeroDivisionError), lock.hold():
        raise ZeroDivisionError
    with lock.hold():
        pass


def test_a_closed_lock_opens_again(path: Path) -> None:
    lock = WriteLock(path, 1)
    for _ in range(2):
        with lock.hold():
            pass
        lock.close()


def test_two_locks_on_one_file_exclude_each_other_even_in_one_process(path: Path) -> None:
    with WriteLock(path, 1).hold(), pytest.raises(Busy, match="Another process"), WriteLock(path, 0.05).hold():
        pass


# Processes ------------------------------------------------------------------------------------------------------------


def test_another_process_is_waited_for(path: Path, process: Callable[[str], subprocess.Popen[str]]) -> None:
    child = process(HOLD)
    with pytest.raises(Busy, match="Another process writes"), WriteLock(path, 0.05).hold():
        pass
    child.communicate("\n", timeout=PATIENCE)
    with WriteLock(path, PATIENCE).hold():
        pass


def test_a_killed_process_leaves_the_lock_free(path: Path, process: Callable[[str], subprocess.Popen[str]]) -> None:
    child = process(HOLD)
    child.kill()
    with WriteLock(path, PATIENCE).hold():
        pass


def test_a_process_that_writes_without_a_pause_lets_others_in(
    path: Path, process: Callable[[str], subprocess.Popen[str]]
) -> None:
    """With one lock file and polling, half of the tries here waited for six turns of the other process or more.

    Single ones may wait long where the machine has other things to do than to wake this process.
    """
    process(
        "def work():\n"
        "    while True:\n"
        "        with lock.hold():\n"
        "            turns[0] += 1\n"
        "            path.write_text(str(turns[0]))\n"
        "            time.sleep(0.003)\n"
        f"turns, path = [0], Path({str(path.with_suffix('.turns'))!r})\n"
        "for _ in range(6):\n"
        "    threading.Thread(target=work, daemon=True).start()\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    lock, passed = WriteLock(path, PATIENCE), []

    def turns() -> int:
        return int(path.with_suffix(".turns").read_text() or 0)

    time.sleep(0.1)
    for _ in range(30):
        before = turns()
        with lock.hold():
            passed.append(turns() - before)
        time.sleep(0.005)
    assert sorted(passed)[len(passed) // 2] <= 2, sorted(passed)


# Forks ----------------------------------------------------------------------------------------------------------------


def test_a_forked_child_does_not_have_the_lock_that_its_parent_holds(
    process: Callable[[str], subprocess.Popen[str]],
) -> None:
    child = process(
        "read, write = os.pipe()\n"
        "with lock.hold():\n"
        "    if os.fork() == 0:\n"
        "        lock.timeout = 0.05\n"
        "        try:\n"
        "            with lock.hold():\n"
        "                os.write(write, b'got it')\n"
        "        except Busy:\n"
        "            os.write(write, b'busy')\n"
        "        os._exit(0)\n"
        "    os.wait()\n"
        "print('ready')\n"
        "print(os.read(read, 100).decode())\n"
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "busy\n"


def test_a_forked_child_can_write_once_its_parent_is_done(process: Callable[[str], subprocess.Popen[str]]) -> None:
    child = process(
        "read, write = os.pipe()\n"
        "with lock.hold():\n"
        "    pid = os.fork()\n"
        "    if pid == 0:\n"
        "        with lock.hold():\n"
        "            os.write(write, b'got it')\n"
        "        os._exit(0)\n"
        "    time.sleep(0.05)\n"
        "os.wait()\n"
        "print('ready')\n"
        "print(os.read(read, 100).decode())\n"
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "got it\n"


def test_a_child_of_a_killed_parent_does_not_keep_its_lock(
    path: Path, process: Callable[[str], subprocess.Popen[str]]
) -> None:
    child = process(
        "with lock.hold():\n"
        "    if os.fork() == 0:\n"
        "        time.sleep(5)\n"
        "        os._exit(0)\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(60)\n"
    )
    time.sleep(0.2)  # the child closes what it inherited as its first act
    child.kill()
    with WriteLock(path, 2).hold():
        pass
