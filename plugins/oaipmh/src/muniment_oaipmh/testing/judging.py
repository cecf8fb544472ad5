"""What of the protocol a server does not keep."""

from __future__ import annotations

from collections.abc import Iterable

from muniment_oaipmh.testing.checks import CHECKS
from muniment_oaipmh.testing.subject import Subject


def failures(subject: Subject, names: Iterable[str] | None = None) -> dict[str, str]:
    """The checks that do not hold, each with the reason."""
    found = {}
    for name in names or CHECKS:
        try:
            CHECKS[name](subject)
        except Exception as error:  # noqa: BLE001 - a broken server may break a check in any way
            found[name] = f"{type(error).__name__}: {error}"
    return found
