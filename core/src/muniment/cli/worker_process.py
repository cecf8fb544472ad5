"""The worker that `muniment run` keeps: a process of its own, started again when it dies."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Final

import click
import structlog

from muniment.children import StartMethod, begin, settle
from muniment.settings.instance import Instance

if TYPE_CHECKING:
    from muniment.jobs.worker import Worker
    from muniment.repository import Repository

log = structlog.get_logger(__name__)

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
#: Seconds after which a worker counts as healthy, so that the next death is a new misfortune.
HEALTHY: Final = 60.0


class WorkerProcess:
    """Starts a worker for the instance and starts it again, each time after a longer pause, when it dies.

    It is in a session of its own: Ctrl-C reaches only its parent, which ends it in order. It ends by itself when the
    parent is gone.
    """

    def __init__(self, instance: Instance, method: StartMethod, *, first_pause: float = FIRST_PAUSE) -> None:
        self.instance = instance
        self._context = multiprocessing.get_context(method)
        self._first_pause = self._pause = first_pause
        self._process: BaseProcess | None = None
        self._started = 0.0
        self._again: float | None = None
        self._report: Connection | None = None
        self._ready = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        self._forget_report()
        self._report, writing = self._context.Pipe(duplex=False)
        self._process = self._context.Process(  # type: ignore[attr-defined]
            target=work, args=(self.instance, os.getpid(), writing), name="muniment-worker"
        )
        self._started, self._again = time.monotonic(), None
        begin(self._process)
        writing.close()

    def attend(self) -> float | None:
        """Start the worker again when that is due; returns the seconds until it will be, or None."""
        assert self._process is not None
        if self._again is None:
            if self._process.exitcode is None:
                return None
            self._bury(self._process)
        assert self._again is not None
        left = self._again - time.monotonic()
        if left > 0:
            return left
        self.start()
        return None

    def is_ready(self) -> bool:
        """Whether a worker has begun its work."""
        if not self._ready and self._report is not None and self._report.poll():
            try:
                self._ready = bool(self._report.recv_bytes())
            except EOFError:  # it ended before
                self._forget_report()
        return self._ready

    def stop(self, seconds: float) -> None:
        """Let the worker end what it is at, for so many seconds at most."""
        if self._process is not None and self._process.exitcode is None:
            self._process.terminate()
            self._process.join(seconds)
            if self._process.exitcode is None:
                self._process.kill()
                self._process.join()
        self._forget_report()

    def _bury(self, process: BaseProcess) -> None:
        now = time.monotonic()
        self._pause = self._first_pause if now - self._started > HEALTHY else self._pause
        log.error("worker_died", code=process.exitcode, restart_in=self._pause)
        self._again = now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def _forget_report(self) -> None:
        if self._report is not None:
            self._report.close()
            self._report = None


def work(instance: Instance, parent: int, report: Connection) -> None:
    """What the process does: a worker that says when it begins, until SIGTERM or the end of `parent`."""
    from sqlalchemy.exc import SQLAlchemyError

    from muniment.cli.main import explain
    from muniment.errors import MunimentError
    from muniment.repository import Repository

    settle("muniment-worker")
    os.setsid()
    try:
        worker = prepare_worker(instance, lambda: Repository(instance), parent)
    except (MunimentError, OSError, SQLAlchemyError) as error:
        message = explain(error)
        if message is None:
            raise
        click.echo(f"Error: {message}", err=True)
        sys.exit(1)
    worker.run(ready=lambda: report.send_bytes(b"1"))


def prepare_worker(instance: Instance, repository: Callable[[], Repository], parent: int | None = None) -> Worker:
    """A worker for the instance, whose accounts are those that ought to be. `repository` makes what it works on.

    Raises `ConfigurationError` for an instance that cannot be worked on.
    """
    from muniment.starting import starting

    with starting():
        from muniment.backup.marker import refuse_half_restored
        from muniment.jobs.worker import Worker
        from muniment.privacy.ledger import erase_again
        from muniment.web.request_log import configure_logging

        refuse_half_restored(instance)
        configure_logging(instance.config.logging)
        opened = repository()
        erase_again(opened)
        return Worker(opened, parent=parent)
