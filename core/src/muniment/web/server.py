"""The embedded server: granian, one port, a few web processes with many threads, and a drain when it is stopped."""

from __future__ import annotations

import atexit
import contextlib
import functools
import math
import multiprocessing
import multiprocessing.util
import os
import resource
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

import structlog
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer, WorkerProcess

from muniment.children import Doorbell, StartMethod, begin, follow_parent, settle, start_method
from muniment.errors import ConfigurationError
from muniment.starting import starting
from muniment.web.request_log import configure_logging, server_logging

if TYPE_CHECKING:
    from muniment.repository import Repository
    from muniment.settings.instance import Instance
    from muniment.web.process_row import WebProcessRow
    from muniment.web.wsgi import Application

log = structlog.get_logger(__name__)

#: Connections that one process keeps open, busy or idle; further ones wait in the kernel's queue.
CONNECTIONS: Final = 1024
#: Seconds after which a thread that had nothing to do goes away.
THREAD_IDLE_SECONDS: Final = 30
#: A web process that dies within this time after the one before it will not live.
CRASH_LOOP_SECONDS: Final = 5.5


class Companion(Protocol):
    """Something that the server's process looks after besides its web processes, from the same thread."""

    def start(self) -> None:
        """Called once, before the first web process is started."""

    def attend(self) -> float | None:
        """Called after each signal, also that of a child's end; does what is due, and returns the seconds until it
        wants to be called again whatever happens, or None."""


def serve(
    instance: Instance,
    *,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
    ready: Callable[[], None] | None = None,
    stopped: Callable[[], None] | None = None,
    method: StartMethod | None = None,
    companions: Sequence[Companion] = (),
) -> None:
    """Serve the instance until SIGINT or SIGTERM; requests under way may end within `server.drain_seconds`.

    Arguments that are given replace the configuration. `ready` is called in this process when the web processes have
    been started, `stopped` when all have ended; `companions` are attended meanwhile. Raises ConfigurationError when
    the port is taken, SystemExit(1) when a web process cannot start.
    """
    section = instance.config.server
    address, number = host or section.host, section.port if port is None else port
    refuse_taken_port(address, number)
    multiprocessing.set_start_method(method or start_method(), force=True)
    with _open_files():
        server = WebServer(
            "muniment",
            address=address,
            port=number,
            interface=Interfaces.WSGI,
            workers=workers or section.workers,
            blocking_threads=section.threads,
            blocking_threads_idle_timeout=THREAD_IDLE_SECONDS,
            backpressure=CONNECTIONS,
            backlog=CONNECTIONS,
            http=HTTPModes.http1,
            websockets=False,
            log_level=LogLevels.error,
            log_dictconfig=server_logging(instance.config.logging),
            log_access=False,
            respawn_failed_workers=True,
            workers_kill_timeout=section.drain_seconds,
        )
        server.companions = companions
        if ready is not None:
            server.ready = ready
        if stopped is not None:
            server.on_shutdown(stopped)
        server.serve(target_loader=functools.partial(load_application, instance), wrap_loader=False)


class WebServer(MPServer):
    """granian's server of processes, looked after without a thread for each: a parent that has some cannot fork."""

    ready: Callable[[], None] | None = None
    companions: Sequence[Companion] = ()

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        for companion in self.companions:
            self.on_startup(companion.start)
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]
        if self.ready is not None:
            self.ready()

    def signal_handler_interrupt(self, *_args: Any, **_kwargs: Any) -> None:
        self.interrupt_signal = True

    def signal_handler_reload(self, *_args: Any, **_kwargs: Any) -> None:
        self.reload_signal = True

    def _serve(self, spawn_target: Any, target_loader: Any) -> None:
        self._doorbell = Doorbell()
        with self._doorbell.listening():
            super()._serve(spawn_target, target_loader)  # type: ignore[no-untyped-call]

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any) -> WorkerProcess:  # type: ignore[override]
        worker = super()._spawn_worker(idx, target, callback_loader)
        worker.start = functools.partial(begin, worker.inner)  # type: ignore[method-assign]
        return worker

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        while not self.interrupt_signal:
            if not self._replace_dead(spawn_target, target_loader):
                return
            if self.reload_signal:
                self._reload(spawn_target, target_loader)  # type: ignore[no-untyped-call]
            due = [seconds for companion in self.companions if (seconds := companion.attend()) is not None]
            self._doorbell.wait(min(due, default=None))

    def _replace_dead(self, spawn_target: Any, target_loader: Any) -> bool:
        """Start web processes anew that have ended; False, and an exit status, when they do so again and again."""
        dead = [worker.idx for worker in self.wrks if worker.inner.exitcode is not None]
        if dead:
            log.error("web_process_died", codes=[self.wrks[index].inner.exitcode for index in dead])
            if any(
                time.monotonic() - self.respawned_wrks.get(index, -math.inf) <= CRASH_LOOP_SECONDS for index in dead
            ):
                log.error("web_processes_keep_dying", then="the server ends")
                self.interrupt_children.extend(dead)
                return False
            self._respawn_workers(dead, spawn_target, target_loader)
        return True


def refuse_taken_port(address: str, port: int) -> None:
    """Raise ConfigurationError when something listens there already.

    The server's own sockets share ports, so that two instances on one port would each get half of the requests.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise ConfigurationError(
                f"Cannot listen on {address} port {port}: {error.strerror}. "
                "Choose another one with --port or server.port, or end what uses it."
            ) from error


@contextlib.contextmanager
def _open_files() -> Iterator[None]:
    """Allow as many open files as the system lets this user have: each connection is one, and common defaults are
    lower than the number of connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * CONNECTIONS if hard == resource.RLIM_INFINITY else min(hard, 4 * CONNECTIONS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def load_application(instance: Instance) -> Application:
    """The WSGI application of a web process of ours; called in that process."""
    settle("muniment-web")
    leave_terminal()
    follow_parent()
    return build_application(instance)


def leave_terminal() -> None:
    """Hear of Ctrl-C from the process that started this one only.

    A terminal sends it to a whole group, and a web process that is told twice to stop at one moment may forget to.
    """
    os.setpgid(0, 0)


def build_application(instance: Instance) -> Application:
    """The WSGI application of an instance, which follows generations by itself from now on."""
    with starting():
        return _build(instance)


def _build(instance: Instance) -> Application:
    from muniment.privacy.ledger import erase_again
    from muniment.repository import Repository
    from muniment.web.generations import RepositoryGenerations
    from muniment.web.process_row import WebProcessRow
    from muniment.web.wsgi import Application

    configure_logging(instance.config.logging)
    repository = Repository(instance)
    erase_again(repository)
    row = WebProcessRow(repository)

    def take(taken: Repository) -> None:
        row.takes(taken)
        taken.search.start()

    generations = RepositoryGenerations(repository, seen=row.tell, taken=take, refused=row.refuses)
    application = Application(generations)
    application.tell()
    application.watch()
    _at_exit(repository, row)
    return application


def _at_exit(repository: Repository, row: WebProcessRow) -> None:
    """Leave in order; child processes of `multiprocessing` end without `atexit`, other servers' with it."""

    def leave() -> None:
        row.leave()
        repository.close()

    multiprocessing.util.Finalize(None, leave, exitpriority=10)
    if multiprocessing.parent_process() is None:
        atexit.register(leave)


def wsgi(instance_path: str) -> Any:
    """A WSGI callable for other servers, e.g. ``gunicorn 'muniment.web.server:wsgi("/srv/repository")'``."""
    from muniment.settings.instance import Instance

    return build_application(Instance.load(instance_path))
