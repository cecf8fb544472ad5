"""What of the protocol a server does not keep."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from muniment.api import PluginFailure, attempt
from muniment_oaipmh.testing.checks import CHECKS
from muniment_oaipmh.testing.subject import Subject


def failures(subject: Subject, names: Iterable[str] | None = None) -> dict[str, str]:
    """The checks that do not hold, each with the reason."""
    found = {}
    for name in names or CHECKS:
        try:
            attempt("oaipmh", name, partial(CHECKS[name], subject))  # a broken server may break a check in any way
        except PluginFailure as error:
            found[name] = repr(error.__cause__)
    return found
