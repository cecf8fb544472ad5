"""Looks an instance over: all checks, in order."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from muniment.backup.progress import Progress, silent
from muniment.errors import MunimentError
from muniment.health import checks_of_instance, checks_of_repository, checks_of_storage
from muniment.health.finding import Finding
from muniment.health.place import Check, OpenPlace, Place
from muniment.repository import Repository


def examine(place: Place, *, deep: bool = False, progress: Progress = silent) -> Iterator[Finding]:
    """All findings, in order; `deep` reads every stored file. Without a valid configuration and a usable database the
    rest is left out."""
    needed = checks_of_instance.NEEDED
    files = checks_of_storage.every_file(progress) if deep else checks_of_storage.NEWEST
    for check in (*needed, *checks_of_repository.CHECKS, checks_of_storage.SPACE, files):
        found = _made(check, place)
        yield from found
        if check in needed and any(finding.state == "error" for finding in found):
            return


def glance(repository: Repository) -> list[Finding]:
    """What can be seen at once of a repository that is open; what is wrong comes first."""
    place = OpenPlace(repository)
    checks = (*checks_of_instance.NEEDED, *checks_of_repository.CHECKS, checks_of_storage.SPACE)
    found = [finding for check in checks if not check.slow for finding in _made(check, place)]
    return sorted(found, key=lambda finding: ("error", "warning", "ok").index(finding.state))


def _made(check: Check, place: Place) -> list[Finding]:
    """The findings of one check; one that cannot even be made is a finding itself."""
    try:
        return list(check.function(place))
    except (MunimentError, OSError) as error:
        return [Finding(check.name, "error", str(error))]
    except SQLAlchemyError as error:
        return [Finding(check.name, "error", str(getattr(error, "orig", error)).strip().splitlines()[0])]
