"""Runs something in a process of its own, so that what it imports and opens does not stay in this one."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

import click

from muniment.errors import MunimentError


def succeeds_in_child(function: Callable[[], object]) -> bool:
    """Whether `function` ended well in a forked process; its error has been told on standard error otherwise.

    Only for a process without threads.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        _end_child(function)
    _, status = os.waitpid(child, 0)
    return status == 0


def _end_child(function: Callable[[], object]) -> None:
    code = 1
    try:
        function()
        code = 0
    except MunimentError as error:
        click.echo(f"Error: {error}", err=True)
    except BaseException:  # noqa: BLE001 - the end of a process: what happened is told
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
