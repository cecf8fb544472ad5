"""Runs something in a process of its own, so that what it imports and opens does not stay in this one."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

import click

from muniment.cli.main import explain


class Child:
    """A forked process that calls `function`; what goes wrong in it is told on standard error.

    Only for a process without threads. Its parent goes on meanwhile, and must ask in the end.
    """

    def __init__(self, function: Callable[[], object]) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self._read, write = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _end_child(function, write)
        os.close(write)

    def result(self) -> Any:
        """Wait for its end; what `function` returned, as JSON has it. Raises `SystemExit` when it did not end well."""
        with open(self._read, "rb") as file:
            told = file.read()
        _, status = os.waitpid(self._pid, 0)
        if status:
            raise SystemExit(1)
        return json.loads(told)


def _end_child(function: Callable[[], object], write: int) -> None:
    code = 1
    try:
        told = json.dumps(function()).encode()
        with open(write, "wb") as file:
            file.write(told)
        code = 0
    except BaseException as error:  # noqa: BLE001 - the end of a process: what happened is told
        message = explain(error) if isinstance(error, Exception) else None
        if message is None:
            traceback.print_exc()
        else:
            click.echo(f"Error: {message}", err=True)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
