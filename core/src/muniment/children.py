"""How the processes of `muniment run` are started: forked on Linux, so that they share what their parent has imported.

A fork of a process with threads inherits locks that nobody will ever release, and one with open connections shares
them. The parent therefore has neither: it waits for signals in its only thread, and never opens the database.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import select
import signal
import sys
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final, Literal

StartMethod = Literal["fork", "spawn"]

#: What a server acts on; a child that was told before it has its own handlers would act as its parent does.
SIGNALS: Final = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD})
_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h
_PR_SET_NAME: Final = 15
_M_TRIM_THRESHOLD: Final = -1  # malloc.h
_M_MMAP_THRESHOLD: Final = -3


def start_method() -> StartMethod:
    """How this process can start others: by a fork where it has no threads.

    Elsewhere than on Linux always anew: the libraries of macOS do not survive a fork.
    """
    return "fork" if sys.platform == "linux" and _threads() == 1 else "spawn"


def _threads() -> int:
    """Threads of this process, those of libraries included; 0 where the system does not say."""
    try:
        return len(list(Path("/proc/self/task").iterdir()))
    except OSError:
        return 0


def begin(process: BaseProcess) -> None:
    """Start it, with signals held back until it calls `settle`."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def settle(name: str) -> None:
    """The first that a process does: it hears signals as a new one does, and shows this name (15 bytes) in `ps`."""
    signal.set_wakeup_fd(-1)
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode())


def follow_parent() -> None:
    """End in order when the process that started this one is gone, however it went (Linux only).

    Otherwise a killed server would leave web processes behind that go on answering on its port.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    parent = multiprocessing.parent_process()
    if parent is not None and os.getppid() != parent.pid:  # it went before that was said
        os.kill(os.getpid(), signal.SIGTERM)


def keep_little_memory(kept: int) -> None:
    """Give freed memory back to the system, but `kept` bytes in each thread's heap, here and in all children.

    What the environment says otherwise counts. It is read when a program starts, so a fork needs to be told.
    """
    for variable, option in (
        ("MALLOC_TRIM_THRESHOLD_", _M_TRIM_THRESHOLD),
        ("MALLOC_MMAP_THRESHOLD_", _M_MMAP_THRESHOLD),
    ):
        if variable not in os.environ:
            os.environ[variable] = str(kept)
            with contextlib.suppress(AttributeError):  # only glibc has it
                ctypes.CDLL(None).mallopt(option, kept)


class Doorbell:
    """Rings at each signal, also at the end of a child, so that one thread can wait for all of it."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Signals that have a handler ring from here on. Only for the main thread."""
        before = signal.signal(signal.SIGCHLD, _nothing)
        wakeup = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            signal.signal(signal.SIGCHLD, before)
            os.close(self._read)
            os.close(self._write)

    def wait(self, seconds: float | None) -> None:
        """Until it rings, for so long at most."""
        if select.select([self._read], [], [], seconds)[0]:
            with contextlib.suppress(BlockingIOError):
                os.read(self._read, 4096)


def _nothing(_number: int, _frame: Any) -> None:
    """A handler, without which the system tells nothing."""
