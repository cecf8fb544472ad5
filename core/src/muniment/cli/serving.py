"""Serves an instance: the lock that keeps a second server away, the web processes, and one worker beside them."""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from muniment.backup.marker import refuse_half_restored
from muniment.cli.worker_process import WorkerProcess
from muniment.settings.instance import Instance
from muniment.settings.instance_lock import RunLock, refuse_other_host
from muniment.web.request_log import configure_logging
from muniment.web.server import refuse_taken_port, serve

#: Within this time a site answers, or something is wrong that its log tells.
START_SECONDS: Final = 120.0
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
    lock: RunLock | None = None,
) -> None:
    """Serve until Ctrl-C or SIGTERM; `ready` is called once the site answers and the worker works.

    `lock` is one that the caller holds already; it is released at the end. Raises `ConfigurationError` when the
    instance is served already, half restored, or the port is taken.
    """
    lock = lock or take_lock(instance)
    # Give freed memory back to the system: the processes of a server live long. It acts in those started from here.
    # Below this size it is kept, or each piece of a file that is sent would come in fresh pages: four times the work.
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", str(MALLOC_KEPT))
    os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", str(MALLOC_KEPT))
    try:
        section = instance.config.server
        address, number = host or section.host, port or section.port
        refuse_taken_port(address, number)
        configure_logging(instance.config.logging)
        worker = WorkerProcess(instance.path) if with_worker else None
        try:
            if worker is not None:
                worker.start()
            announce = _Announcement(instance, address, number, worker, ready) if ready is not None else None
            started = announce.start if announce is not None else None
            serve(instance, host=address, port=number, workers=workers, ready=started)
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
    """Waits in the background until the site answers and the worker works, then calls `ready`."""

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

    def start(self) -> None:
        threading.Thread(target=self._run, name="announcement", daemon=True).start()

    def _run(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline:
                return
            time.sleep(0.1)
        if self.worker is None or self.worker.wait_until_ready(deadline - time.monotonic()):
            self.ready()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(self.address, self.port, timeout=10)
        try:
            connection.request("GET", "/healthz", headers={"Host": self.site})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
