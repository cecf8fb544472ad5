"""Serves an instance: the lock that keeps a second server away, the web processes, and one worker beside them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from muniment.settings.instance import Instance
from muniment.settings.instance_lock import RunLock, refuse_other_host
from muniment.web.server import serve


def serve_instance(
    instance: Instance,
    *,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
    with_worker: bool = True,
    ready: Callable[[], None] | None = None,
) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises `ConfigurationError` when the instance is served already."""
    refuse_other_host(instance)
    lock = RunLock(instance)
    lock.acquire()
    child = _start_worker(instance.path) if with_worker else None
    try:
        serve(instance, host=host, port=port, workers=workers, ready=ready)
    finally:
        if child is not None:
            _stop_worker(child, instance.config.server.drain_seconds)
        lock.release()


def _start_worker(path: Path) -> subprocess.Popen[bytes]:
    """The worker as a process of its own. Ctrl-C reaches only this process, which ends the worker in order."""
    command = [sys.executable, "-m", "muniment", "--instance", str(path), "worker", "--parent", str(os.getpid())]
    return subprocess.Popen(command, start_new_session=True)


def _stop_worker(child: subprocess.Popen[bytes], seconds: int) -> None:
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
