"""Runs something in a process of its own, so that what it imports and opens does not stay in this one."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

import click

from muniment.cli.main import explain


class Child:
    """A forked process that calls `function`; what goes wrong in it is told on standard error.

    Only for a process without threads. Its parent goes on meanwhile, and must ask in the end.
    """

    def __init__(self, function: Callable[[], object]) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self._pid = os.fork()
        if self._pid == 0:
            _end_child(function)

    def succeeds(self) -> bool:
        """Wait for its end; whether `function` ended well."""
        _, status = os.waitpid(self._pid, 0)
        return status == 0


def _end_child(function: Callable[[], object]) -> None:
    code = 1
    try:
        function()
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
