"""How processes are started: what a fork takes along, which signals it hears, and what waits for its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from muniment.children import Doorbell, start_method

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes are not forked")

BEGIN = """
import multiprocessing, os, signal, sys, time
from muniment.children import begin, follow_parent, settle

def told(number, frame):
    print("parent heard", number, flush=True)

def child():
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0.2)
    print("held back", flush=True)
    settle("a-name")
    print("not reached", flush=True)

signal.signal(signal.SIGTERM, told)
process = multiprocessing.get_context("fork").Process(target=child)
begin(process)
process.join()
print(process.exitcode, flush=True)
os.kill(os.getpid(), signal.SIGTERM)
"""

NAME = """
import multiprocessing
from pathlib import Path
from muniment.children import begin, settle

def child():
    settle("muniment-worker")
    print(Path("/proc/self/comm").read_text().strip(), flush=True)

process = multiprocessing.get_context("fork").Process(target=child)
begin(process)
process.join()
"""

ORPHAN = """
import multiprocessing, os, time
from muniment.children import begin, follow_parent, settle

def child():
    settle("orphan")
    time.sleep(0.5)
    follow_parent()
    print("not reached", flush=True)

process = multiprocessing.get_context("fork").Process(target=child)
begin(process)
os._exit(0)
"""

MEMORY = """
import os
from muniment.children import keep_little_memory
keep_little_memory(1 << 20)
print(os.environ["MALLOC_TRIM_THRESHOLD_"], os.environ["MALLOC_MMAP_THRESHOLD_"])
"""


def outcome(script: str, **variables: str) -> list[str]:
    command = [sys.executable, "-W", "error", "-c", script]
    environ = {**os.environ, **variables, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environ)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_a_child_that_is_stopped_before_it_is_ready_stops() -> None:
    """With its parent's handlers it would take note and go on."""
    assert outcome(BEGIN) == ["held back", str(-signal.SIGTERM), f"parent heard {signal.SIGTERM}"]


def test_a_child_shows_its_name() -> None:
    assert outcome(NAME) == ["muniment-worker"]


def test_a_child_whose_parent_went_early_goes_too() -> None:
    assert outcome(ORPHAN) == []


def test_what_the_environment_says_about_memory_counts() -> None:
    assert outcome(MEMORY, MALLOC_TRIM_THRESHOLD_="7") == ["7 1048576"]


def test_a_process_with_threads_is_not_forked() -> None:
    script = "from muniment.children import start_method; print(start_method())"
    assert outcome(script) == ["fork"]
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert start_method() == "spawn"
    finally:
        done.set()
        thread.join()


@pytest.fixture
def _main_thread() -> None:
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("signals reach the main thread only")


@pytest.mark.usefixtures("_main_thread")
def test_the_end_of_a_child_rings() -> None:
    doorbell = Doorbell()
    before = signal.getsignal(signal.SIGCHLD)
    with doorbell.listening():
        began = time.monotonic()
        child = subprocess.Popen([sys.executable, "-c", "pass"])
        doorbell.wait(60)
        assert child.wait() == 0
        assert time.monotonic() - began < 50
        doorbell.wait(0.01)  # and not again
    assert signal.getsignal(signal.SIGCHLD) is before
    assert signal.set_wakeup_fd(-1) == -1


@pytest.mark.usefixtures("_main_thread")
def test_a_ring_before_the_wait_is_heard() -> None:
    doorbell = Doorbell()
    with doorbell.listening():
        os.kill(os.getpid(), signal.SIGCHLD)
        began = time.monotonic()
        doorbell.wait(60)
        assert time.monotonic() - began < 50
