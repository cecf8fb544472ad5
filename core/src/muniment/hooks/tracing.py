"""Counts and times the calls of hooks in this process, when ``MUNIMENT_TRACE_HOOKS=1`` asks for it."""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from muniment.hooks.caller import HookCall

VARIABLE: Final = "MUNIMENT_TRACE_HOOKS"
#: The name of a process's trace among its resources.
TRACE: Final = "hooks.trace"


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


class HookTrace:
    """What this process has seen since it began, over all generations."""

    def __init__(self) -> None:
        self.since = datetime.now(UTC)
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


def is_wanted(environ: Mapping[str, str] | None = None) -> bool:
    """Whether the environment asks for tracing."""
    environment = os.environ if environ is None else environ
    return environment.get(VARIABLE, "").lower() in ("1", "true", "yes")
