"""Serves an instance: the lock that keeps a second server away, the web processes, and one worker beside them."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import structlog

from muniment.backup.marker import refuse_half_restored
from muniment.children import keep_little_memory, start_method
from muniment.cli.worker_process import WorkerProcess
from muniment.settings.instance import Instance
from muniment.settings.instance_lock import RunLock, refuse_other_host
from muniment.web.request_log import configure_logging
from muniment.web.server import Companion, refuse_taken_port, serve

log = structlog.get_logger(__name__)

#: Within this time a site answers, or something is wrong that its log tells.
START_SECONDS: Final = 120.0
#: How often the site is asked whether it answers, and how long an answer is waited for: nothing else is done meanwhile.
ASK_AGAIN_SECONDS: Final = 0.1
ASK_SECONDS: Final = 1.0
#: Bytes of freed memory that a thread's heap keeps; larger than the pieces in which files are sent and received.
MALLOC_KEPT: Final = 2 << 20
_WILDCARDS: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to knock, not where to listen


def serve_instance(
    instance: Instance,
    *,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
    with_worker: bool = True,
    ready: Callable[[], None] | None = None,
    fork: bool = True,
) -> None:
    """Serve until Ctrl-C or SIGTERM; `ready` is called once the site answers and the worker works.

    The processes are forked from this one where that can be; without `fork` they begin with an empty memory. Raises
    `ConfigurationError` when the instance is served already, half restored, or the port is taken.
    """
    lock = take_lock(instance)
    # Some is kept, or each piece of a file that is sent would come in fresh pages: four times the work.
    keep_little_memory(MALLOC_KEPT)
    try:
        section = instance.config.server
        address, number = host or section.host, port or section.port
        refuse_taken_port(address, number)
        configure_logging(instance.config.logging)
        method = start_method() if fork else "spawn"
        if method == "spawn" and sys.platform == "linux":
            log.warning(
                "processes_share_no_memory", reason="a plugin cannot be imported, or starts a thread when it is"
            )
        worker = WorkerProcess(instance, method) if with_worker else None
        companions: list[Companion] = [worker] if worker is not None else []
        if ready is not None:
            companions.append(_Announcement(instance, address, number, worker, ready))
        try:
            serve(instance, host=address, port=number, workers=workers, method=method, companions=companions)
        finally:
            if worker is not None:
                worker.stop(section.drain_seconds)
    finally:
        lock.release()


def take_lock(instance: Instance) -> RunLock:
    """The lock of who serves; raises `ConfigurationError` when the instance cannot be served now."""
    refuse_other_host(instance)
    refuse_half_restored(instance)
    lock = RunLock(instance)
    lock.acquire()
    return lock


class _Announcement:
    """Calls `ready` once the site answers and the worker works."""

    def __init__(
        self,
        instance: Instance,
        address: str,
        port: int,
        worker: WorkerProcess | None,
        ready: Callable[[], None],
    ) -> None:
        self.site = urlsplit(instance.config.site.url).netloc
        self.address = _WILDCARDS.get(address, address)
        self.port = port
        self.worker = worker
        self.ready = ready
        self._deadline = 0.0
        self._done = False

    def start(self) -> None:
        self._deadline = time.monotonic() + START_SECONDS

    def attend(self) -> float | None:
        if self._done:
            return None
        if self._answers() and (self.worker is None or self.worker.is_ready()):
            self.ready()
            self._done = True
        return None if self._done or time.monotonic() > self._deadline else ASK_AGAIN_SECONDS

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(self.address, self.port, timeout=ASK_SECONDS)
        try:
            connection.request("GET", "/healthz", headers={"Host": self.site})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
