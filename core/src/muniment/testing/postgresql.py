"""A PostgreSQL cluster for tests, on a Unix socket in a temporary folder, as an unprivileged user when run by root."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from muniment.testing.memory_folder import memory_folder


def find_program(name: str) -> str | None:
    """Where `initdb` or `pg_ctl` is: on the path, or where Debian keeps it."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return found[-1] if found else shutil.which(name)


class Cluster:
    """One cluster; `url` leads to its maintenance database.

    It lies in memory and syncs nothing: databases are made by the thousand, and a killed client is no power cut.
    """

    def __init__(self) -> None:
        # A short path: the socket's may have no more than about a hundred characters.
        self.folder = Path(tempfile.mkdtemp(prefix="mun-pg-", dir=memory_folder() or "/tmp"))  # noqa: S108
        self._user = unprivileged_user() if os.geteuid() == 0 else None
        if self._user:
            entry = pwd.getpwnam(self._user)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        else:
            self.folder.chmod(0o700)

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def database_url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def start(self) -> None:
        data = self.folder / "data"
        self._run("initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-k {self.folder} -c listen_addresses='' -c max_connections=300 -c shared_buffers=64MB"
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
        options += " -c wal_level=minimal -c max_wal_senders=0"
        self._run("pg_ctl", "-D", str(data), "-o", options, "-l", str(self.folder / "log"), "-w", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        path = find_program(program)
        if path is None:
            raise RuntimeError(f"{program} was not found; install PostgreSQL's server")
        result = subprocess.run(
            [path, *arguments], capture_output=True, text=True, user=self._user, cwd=self.folder, check=False
        )
        if check and result.returncode:
            raise RuntimeError(f"{program} failed: {result.stderr or result.stdout}")


def available() -> bool:
    """Whether a cluster can be made on this machine."""
    if find_program("initdb") is None or find_program("pg_ctl") is None:
        return False
    return os.geteuid() != 0 or unprivileged_user() is not None


def unprivileged_user() -> str | None:
    """Who runs the server when root starts it, since PostgreSQL refuses to be root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return None
