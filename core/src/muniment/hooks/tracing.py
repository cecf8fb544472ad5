"""Counts and times the calls of hooks in this process, when ``MUNIMENT_TRACE_HOOKS=1`` asks for it."""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from muniment.hooks.caller import HookCall

VARIABLE: Final = "MUNIMENT_TRACE_HOOKS"
#: The name of a process's trace among its resources.
TRACE: Final = "hooks.trace"
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Traced:
    """The calls of one plugin's implementation of one hook; durations in seconds. `error` is the traceback of the last
    call that failed, at `failed_at`."""

    hook: str
    plugin: str
    calls: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    failures: int = 0
    error: str = ""
    failed_at: datetime | None = None

    @property
    def average(self) -> float:
        return self.seconds / self.calls if self.calls else 0.0

    def plus(self, other: Traced) -> Traced:
        """The calls of two processes together, with the newer of their errors."""
        newer = max(self, other, key=lambda row: row.failed_at or _NEVER)
        return replace(
            newer,
            calls=self.calls + other.calls,
            seconds=self.seconds + other.seconds,
            slowest=max(self.slowest, other.slowest),
            failures=self.failures + other.failures,
        )


class HookTrace:
    """What a process has seen since it began, over all generations."""

    def __init__(self, since: datetime | None = None) -> None:
        self.since = since or datetime.now(UTC)
        self._rows: dict[tuple[str, str], Traced] = {}
        self._lock = threading.Lock()

    def record(self, call: HookCall) -> None:
        """Count one call; `Hooks.watchers` holds this."""
        key = call.hook, call.plugin
        with self._lock:
            row = self._rows.get(key) or Traced(*key)
            row = replace(
                row,
                calls=row.calls + 1,
                seconds=row.seconds + call.seconds,
                slowest=max(row.slowest, call.seconds),
            )
            if call.error is not None:
                text = "".join(traceback.format_exception(call.error, limit=-8)).strip()
                row = replace(row, failures=row.failures + 1, error=text, failed_at=datetime.now(UTC))
            self._rows[key] = row

    def row(self, hook: str, plugin: str) -> Traced:
        """The calls of one implementation; zeros when there were none."""
        with self._lock:
            return self._rows.get((hook, plugin)) or Traced(hook, plugin)

    def rows(self) -> list[Traced]:
        """Everything that was called."""
        with self._lock:
            return list(self._rows.values())

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON, for other processes to read."""
        rows = [{**asdict(row), "failed_at": row.failed_at and row.failed_at.isoformat()} for row in self.rows()]
        return {"since": self.since.isoformat(), "rows": rows}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> HookTrace:
        found = cls(datetime.fromisoformat(data["since"]))
        for item in data["rows"]:
            failed_at = datetime.fromisoformat(item["failed_at"]) if item["failed_at"] else None
            row = Traced(**{**item, "failed_at": failed_at})
            found._rows[row.hook, row.plugin] = row
        return found

    @classmethod
    def together(cls, traces: Iterable[HookTrace]) -> HookTrace:
        """What several processes have seen, since the first of them began."""
        traces = list(traces)
        found = cls(min((trace.since for trace in traces), default=None))
        for row in (row for trace in traces for row in trace.rows()):
            key = row.hook, row.plugin
            found._rows[key] = found._rows[key].plus(row) if key in found._rows else row
        return found


def is_wanted(environ: Mapping[str, str] | None = None) -> bool:
    """Whether the environment asks for tracing."""
    environment = os.environ if environ is None else environ
    return environment.get(VARIABLE, "").lower() in ("1", "true", "yes")
