"""One server for each instance, and one machine for each SQLite instance."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable

import orjson
import pytest

from muniment.errors import ConfigurationError
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.settings.instance_lock import RunLock, holder_of, lock_path, refuse_other_host, serving_process


def test_a_second_server_is_told_who_serves(instance: Instance) -> None:
    first, second = RunLock(instance), RunLock(instance)
    first.acquire()
    with pytest.raises(ConfigurationError, match=f"process {os.getpid()} on host {socket.gethostname()}"):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_the_lock_of_a_killed_process_is_free(instance: Instance) -> None:
    code = (
        "import os, sys\n"
        "from muniment.settings.instance import Instance\n"
        "from muniment.settings.instance_lock import RunLock\n"
        "RunLock(Instance.load(sys.argv[1], environ={})).acquire()\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(instance.path)], check=False)
    assert holder_of(lock_path(instance))["host"] == socket.gethostname()
    assert serving_process(instance) is None
    lock = RunLock(instance)
    lock.acquire()
    assert serving_process(instance) == holder_of(lock.path)
    lock.release()


def test_a_fork_does_not_hold_the_lock(instance: Instance) -> None:
    """A server that was killed leaves processes for a moment; another one can serve at once."""
    code = (
        "import os, sys, time\n"
        "from muniment.settings.instance import Instance\n"
        "from muniment.settings.instance_lock import RunLock\n"
        "lock = RunLock(Instance.load(sys.argv[1], environ={}))\n"
        "lock.acquire()\n"
        "if os.fork() == 0:\n"
        "    print('forked', flush=True)\n"
        "    sys.stdin.read()\n"
        "    os._exit(0)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(instance.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"forked\n"
        assert serving_process(instance) is not None
        holder.kill()
        holder.wait()
        lock = RunLock(instance)
        lock.acquire()
        lock.release()


def test_another_machine_is_refused_with_host_and_pid(
    instance: Instance, open_repository: Callable[..., Repository]
) -> None:
    open_repository()
    lock_path(instance).write_bytes(orjson.dumps({"host": "elsewhere", "pid": 4711, "boot": "another start"}))
    with pytest.raises(ConfigurationError, match="process 4711 on host elsewhere"):
        refuse_other_host(instance)
    if instance.config.database.url.startswith("sqlite"):
        with pytest.raises(ConfigurationError, match="process 4711 on host elsewhere"):
            open_repository()


def test_a_container_that_came_back_under_another_name_is_the_same_machine(instance: Instance) -> None:
    lock = RunLock(instance)
    lock.acquire()
    holder = holder_of(lock.path)
    lock.release()
    lock_path(instance).write_bytes(orjson.dumps({**holder, "host": "4f1c0e"}))
    refuse_other_host(instance)


def test_a_machine_that_was_restarted_is_the_same(instance: Instance) -> None:
    lock_path(instance).write_bytes(orjson.dumps({"host": socket.gethostname(), "pid": 1, "boot": "before"}))
    refuse_other_host(instance)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe"])
def test_a_lock_file_that_says_nothing_stops_nobody(instance: Instance, content: bytes) -> None:
    lock_path(instance).write_bytes(content)
    refuse_other_host(instance)
    lock = RunLock(instance)
    lock.acquire()
    lock.release()
