"""`muniment run` as people and service managers start, stop and kill it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muniment.access.actor import SYSTEM
from muniment.repository import Repository
from muniment.settings.instance import Instance

pytestmark = pytest.mark.slow

PATIENCE = 60.0


class Served:
    """A command that serves the instance, with what it printed."""

    def __init__(self, instance: Instance, *arguments: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.instance = instance
        self.out, self.err = instance.path.parent / "out", instance.path.parent / "err"
        with self.out.open("w") as out, self.err.open("w") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "muniment", "--instance", instance.path, *arguments, "--port", str(self.port)],
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def printed(self) -> str:
        return self.out.read_text() + self.err.read_text()

    def wait_until_ready(self) -> None:
        wait_for(lambda: self.url in self.out.read_text() or self.process.poll() is not None, self.printed)
        assert self.process.poll() is None, self.printed()

    def get(self, path: str) -> int:
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return int(answer.status)

    def children(self) -> dict[int, str]:
        """The processes that this one has started, with their names."""
        return children_of(self.process.pid)

    def worker(self) -> int | None:
        return next(iter(self.named("muniment-worker")), None)

    def named(self, name: str) -> list[int]:
        return [pid for pid, other in self.children().items() if other == name]

    def end(self) -> None:
        for pid in [*self.children(), self.process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()


def children_of(root: int) -> dict[int, str]:
    found: dict[int, str] = {}
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        for pid in map(int, task.read_text().split()):
            try:
                name = Path(f"/proc/{pid}/comm").read_text().strip()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if not is_gone(pid):
                found |= {pid: name, **children_of(pid)}
    return found


def wait_for(condition: Callable[[], object], explain: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(explain())
        time.sleep(0.05)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_until_gone(processes: dict[int, str]) -> None:
    """The interpreter's own tracker of resources ends a moment after the process that it belongs to."""
    wait_for(lambda: all(is_gone(pid) for pid in processes), lambda: f"still there: {processes}")


@pytest.fixture
def serve(repository: Repository, instance: Instance) -> Iterator[Callable[..., Served]]:
    """Starts `muniment run` on the test's instance."""
    repository.close()
    started: list[Served] = []

    def start(*arguments: str) -> Served:
        started.append(Served(instance, *(arguments or ("run",))))
        return started[-1]

    yield start
    for served in started:
        served.end()


def test_it_answers_refuses_a_second_one_and_stops_cleanly(serve: Callable[..., Served], instance: Instance) -> None:
    served = serve()
    served.wait_until_ready()
    assert served.get("/healthz") == 200
    assert served.get("/readyz") == 200
    worker = served.worker()
    assert worker is not None

    second = serve()
    assert second.process.wait(timeout=PATIENCE) == 1
    assert f"process {served.process.pid} on host {socket.gethostname()}" in second.printed()
    assert "Traceback" not in second.printed()
    assert served.get("/healthz") == 200

    processes = served.children()
    began = time.monotonic()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=PATIENCE) == 0
    assert time.monotonic() - began < 20
    wait_until_gone(processes)
    assert "Traceback" not in served.printed()
    assert (instance.var / "run.lock").read_bytes() == b""


def test_ctrl_c_stops_it(serve: Callable[..., Served]) -> None:
    served = serve()
    served.wait_until_ready()
    processes = served.children()
    assert served.process.pid not in {os.getpgid(pid) for pid in processes}
    began = time.monotonic()
    os.killpg(served.process.pid, signal.SIGINT)  # a terminal sends it to the whole group
    assert served.process.wait(timeout=PATIENCE) == 0
    assert time.monotonic() - began < 20
    wait_until_gone(processes)
    assert "Traceback" not in served.printed()


def test_no_process_outlives_a_killed_server(serve: Callable[..., Served]) -> None:
    served = serve()
    served.wait_until_ready()
    processes = served.children()
    assert len(processes) >= 2
    served.process.kill()
    wait_until_gone(processes)
    again = serve()
    again.wait_until_ready()


def test_a_worker_that_dies_is_started_again(serve: Callable[..., Served]) -> None:
    served = serve()
    served.wait_until_ready()
    first = served.worker()
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: served.worker() not in (None, first), served.printed)
    assert '"event": "worker_died"' in served.printed()
    assert served.get("/healthz") == 200


def test_the_parent_has_one_thread_and_nothing_open(serve: Callable[..., Served]) -> None:
    """What it had would be in every process that it forks, also in one that takes the place of a dead one."""
    served = serve("run", "--workers", "2")
    served.wait_until_ready()
    web, worker = served.named("muniment-web"), served.worker()
    assert len(web) == 2
    assert worker is not None
    assert threads_of(served.process.pid) == 1
    assert [place for place in open_in(served.process.pid) if "/var/" in place] == [lock_of(served)]
    for pid in (*web, worker):
        assert lock_of(served) not in open_in(pid)

    os.kill(web[0], signal.SIGKILL)
    wait_for(lambda: len(set(served.named("muniment-web")) - set(web)) == 1, served.printed)
    assert '"event": "web_process_died"' in served.printed()
    wait_for(lambda: all(threads_of(pid) > 3 for pid in served.named("muniment-web")), served.printed)
    assert {served.get("/readyz") for _ in range(20)} == {200}
    assert threads_of(served.process.pid) == 1
    processes = served.children()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=PATIENCE) == 0
    wait_until_gone(processes)
    assert "Traceback" not in served.printed()


def lock_of(served: Served) -> str:
    return str(served.instance.var / "run.lock")


def threads_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def open_in(pid: int) -> list[str]:
    return [os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir()]


def test_a_web_process_that_cannot_live_ends_the_server(serve: Callable[..., Served]) -> None:
    served = serve()
    served.wait_until_ready()
    (first,) = served.named("muniment-web")
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: served.named("muniment-web") not in ([], [first]), served.printed)
    os.kill(served.named("muniment-web")[0], signal.SIGKILL)
    assert served.process.wait(timeout=PATIENCE) == 1
    assert '"event": "web_processes_keep_dying"' in served.printed()
    assert served.worker() is None


@pytest.mark.parametrize(
    ("text", "state"),
    [
        pytest.param("raise RuntimeError('no libfoo')\n", "failed", id="fails"),
        pytest.param("import threading, time\nthreading.Thread(target=time.sleep, args=[60], daemon=True).start()\n"
            "class Plugin:\n    pass\n", "enabled", id="thread"),
    ],
)  # fmt: skip
def test_a_plugin_that_cannot_be_imported_beforehand_keeps_nobody_from_serving(
    serve: Callable[..., Served], repository: Repository, instance: Instance, text: str, state: str
) -> None:
    instance.plugins.mkdir(exist_ok=True)
    file = instance.plugins / "hello.py"
    file.write_text("class Plugin:\n    pass\n")
    repository.plugins.enable("hello", SYSTEM)
    repository.close()
    file.write_text(text)
    served = serve()
    served.wait_until_ready()
    assert served.get("/healthz") == 200
    assert '"event": "processes_share_no_memory"' in served.printed()
    assert ('"event": "plugin_left_out"' in served.printed()) == (state == "failed")
    assert repository.successor().plugins.report("hello").state == state
    processes = served.children()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=PATIENCE) == 0
    wait_until_gone(processes)


def test_without_worker(serve: Callable[..., Served]) -> None:
    served = serve("run", "--without-worker")
    served.wait_until_ready()
    assert served.worker() is None
    assert served.get("/healthz") == 200


def test_a_taken_port_is_told(serve: Callable[..., Served], instance: Instance) -> None:
    with socket.socket() as occupied:
        occupied.bind(("127.0.0.1", 0))
        occupied.listen()
        port = occupied.getsockname()[1]
        result = subprocess.run(
            [sys.executable, "-m", "muniment", "--instance", instance.path, "run", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    assert result.returncode == 1
    assert str(port) in result.stderr
    assert "Traceback" not in result.stderr
    served = serve()
    served.wait_until_ready()  # the lock was let go


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "muniment db upgrade"),
        ("postgresql://localhost:1/nobody", "The database cannot be used: "),
        ("secret@nonsense", "database.url is not the address of a database"),
        ("postgresql+nonsense://localhost/x", "'postgresql+nonsense' is not supported"),
    ],
)
def test_a_database_that_cannot_be_used_is_told(tmp_path: Path, url: str, told: str) -> None:
    (tmp_path / "instance.toml").write_text(f'[database]\nurl = "{url}"\n' if url else "[site]\n")
    result = subprocess.run(
        [sys.executable, "-m", "muniment", "--instance", tmp_path, "run"],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert result.returncode == 1
    assert told in result.stderr
    assert "secret" not in result.stderr
    assert "Traceback" not in result.stderr


def test_a_half_restored_instance_is_not_served(serve: Callable[..., Served], instance: Instance) -> None:
    (instance.var / "restoring").write_text("x")
    served = serve()
    assert served.process.wait(timeout=PATIENCE) == 1
    assert "muniment restore" in served.printed()


def test_start_sets_up_and_ends_with_the_address_and_a_link(serve: Callable[..., Served], instance: Instance) -> None:
    from muniment.health.release import mark_current

    mark_current(instance)
    served = serve("start", "--empty")
    served.wait_until_ready()
    line = served.out.read_text().splitlines()[-1]
    assert f"{served.url}/set-password?token=" in line
    link = line.split()[-1].removeprefix(served.url)
    assert served.get(link) == 200
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=PATIENCE) == 0
