"""Loads dumps: which kind of file it is, its entries into the tables, and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from muniment.api import Repository
from muniment_openaire.dumps import read_dump
from muniment_openaire.models import Dump
from muniment_openaire.projects import FindFunder, awards
from muniment_openaire.ror import funders
from muniment_openaire.storing import LoadReport, Progress, store_awards, store_funders
from muniment_openaire.terms import AwardTerms, FunderTerms, funder_of

#: What comes with the plugin: large funders, and grants that the sample records name.
STARTER: Final = Path(__file__).parent / "data"


def load_funders(
    repository: Repository, path: Path, progress: Progress | None = None, *, every: bool = False
) -> LoadReport:
    """Load ROR's data dump. Raises `InvalidRequest` for a file that cannot be read; what was read before stays."""
    report = LoadReport()
    store_funders(repository, funders(read_dump(path), report, every=every), report, progress)
    return report


def load_awards(repository: Repository, path: Path, progress: Progress | None = None) -> LoadReport:
    """Load projects of OpenAIRE's graph or of CORDIS. Raises `InvalidRequest` as `load_funders` does."""
    report = LoadReport()
    store_awards(repository, awards(read_dump(path), _finder(repository), report), report, progress)
    return report


def begin_funders(repository: Repository) -> int:
    """Load the funders that come with the plugin, unless there are funders; returns how many."""
    with repository.database.read() as session:
        is_empty = not FunderTerms().count(session)
    return load_funders(repository, STARTER / "funders.json").added if is_empty else 0


def begin_awards(repository: Repository) -> int:
    """Load the grants that come with the plugin, unless there are grants; returns how many."""
    with repository.database.read() as session:
        is_empty = not AwardTerms().count(session)
    return load_awards(repository, STARTER / "projects.jsonl").added if is_empty else 0


def load_changed(repository: Repository, folder: Path) -> str:
    """Load every dump of a folder that is not the one that was loaded last: funders first, since grants name them."""
    told = []
    for path in sorted(folder.iterdir(), key=lambda path: (not _is_ror(path), path.name)):
        if path.name.startswith(".") or not path.is_file():
            continue
        facts = path.stat()
        stamp = f"{facts.st_size}:{facts.st_mtime_ns}"
        with repository.database.read() as session:
            known = session.get(Dump, path.name[:255])
        if known is not None and known.stamp == stamp:
            continue
        report = str(load_funders(repository, path) if _is_ror(path) else load_awards(repository, path))
        with repository.database.write() as unit:
            unit.session.merge(Dump(file=path.name[:255], stamp=stamp, report=report, loaded=unit.now))
        told.append(f"{path.name}: {report}")
    return "; ".join(told) or "nothing new"


def _is_ror(path: Path) -> bool:
    return "ror" in path.name.lower()


def _finder(repository: Repository) -> FindFunder:
    """Looks funders up by name; each name is asked for once."""
    known: dict[str, str | None] = {}

    def find(name: str) -> str | None:
        if name not in known:
            with repository.database.read() as session:
                known[name] = funder_of(session, name)
        return known[name]

    return find
