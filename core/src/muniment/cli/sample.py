"""`muniment sample`: loads the records that come with an instance, so that there is something to look at."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muniment.cli.output import with_bar
from muniment.cli.session import Session, pass_session
from muniment.errors import ConfigurationError, Gone

if TYPE_CHECKING:
    from muniment.access.actor import Actor
    from muniment.records.import_documents import Document
    from muniment.records.import_results import ImportResult
    from muniment.records.record_importer import RecordImporter
    from muniment.repository import Repository

FOLDER = "sample"
FILE_NAME = "sample.toml"
KEYS = {"files", "version_of", "tombstone"}
WAIT_SECONDS = 30.0

Watch = Callable[["Iterable[Document]"], "Iterator[Document]"]


@dataclass(frozen=True)
class Sample:
    """What `sample.toml` says: whose the records are, the files with documents, what single records have besides."""

    folder: Path
    owner: Mapping[str, str]
    documents: list[str]
    records: Mapping[str, Mapping[str, Any]]


@dataclass
class SampleReport:
    """What became of the documents of a sample."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[ImportResult] = field(default_factory=list)


@click.command()
@click.option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another sample.")
@pass_session
def sample(session: Session, folder: Path | None) -> None:
    """Load the sample records of the instance; what was loaded before is left alone."""
    load_sample_of(session, folder)


def load_sample_of(session: Session, folder: Path | None = None) -> None:
    """Load the sample of a session's instance, with a progress bar; an instance without a sample is left empty."""
    from muniment.records.import_documents import estimate

    folder = folder or session.instance.path / FOLDER
    if not (folder / FILE_NAME).is_file():
        click.echo(f"There are no sample records: {folder / FILE_NAME} does not exist.")
        return
    total = sum(estimate(folder / name) for name in read_sample(folder).documents)
    report = load_sample(session.repository, folder, lambda items: with_bar(items, "Loading sample records", total))
    new = report.counts["imported"] + report.counts["updated"]
    click.echo(f"Loaded {new} sample records ({report.counts['unchanged']} were there already).")
    for result in report.refused:
        reasons = " ".join(f"{problem.field}: {problem.message}" for problem in result.problems)
        click.echo(f"Not loaded: {result.place}: {reasons}", err=True)


def read_sample(folder: Path) -> Sample:
    """Read `sample.toml`; raises `ConfigurationError` that names the file and the key."""
    file = folder / FILE_NAME
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file} is not valid TOML: {error}.") from error
    owner, documents, records = (_table(found, name, file) for name in ("owner", "documents", "records"))
    if "email" not in owner:
        raise ConfigurationError(f"{file}: owner.email is missing: the account that gets the records.")
    if not isinstance(documents.get("files"), list):
        raise ConfigurationError(f"{file}: documents.files is missing: the list of files with the records.")
    for name in records:
        entry = _table(records, name, file)
        for key in sorted(set(entry) - KEYS):
            known = ", ".join(sorted(KEYS))
            raise ConfigurationError(f"{file}: records.{name}: unknown key '{key}'; known are {known}.")
        if "tombstone" in entry and "removal_reason" not in _table(entry, "tombstone", file):
            raise ConfigurationError(f"{file}: records.{name}.tombstone.removal_reason is missing.")
    return Sample(folder, owner, documents["files"], records)


def _table(found: Mapping[str, Any], name: str, file: Path) -> Mapping[str, Any]:
    value = found.get(name, {})
    if not isinstance(value, dict):
        raise ConfigurationError(f"{file}: {name} must be a table.")
    return value


def load_sample(repository: Repository, folder: Path, watch: Watch = iter) -> SampleReport:
    """Import a sample's documents with their files, versions and tombstones; can be repeated.

    `watch` is handed the documents and hands them on, to show how far the loading has come. Answers when the
    records can be found.
    """
    from muniment.records.import_documents import iterate_documents
    from muniment.records.record_importer import RecordImporter

    content = read_sample(folder)
    importer = RecordImporter(repository, owner_of(repository, content))
    report = SampleReport()
    numbers: dict[str, str] = {}
    documents = chain.from_iterable(iterate_documents(folder / name) for name in content.documents)
    for document in watch(documents):
        result = _import(importer, content, document, numbers)
        report.counts[result.status] += 1
        if result.status == "refused":
            report.refused.append(result)
    repository.search.wait_for(repository.events.last_id(), WAIT_SECONDS)
    return report


def owner_of(repository: Repository, content: Sample) -> Actor:
    """The owner's account, made without a password when it does not exist."""
    profile: dict[str, Any] = dict(content.owner)
    address = profile.pop("email")
    user = repository.users.find(address) or repository.users.create(address, confirmed=True, **profile)
    return repository.users.actor_for_user(user, via="import")


def _import(importer: RecordImporter, content: Sample, document: Document, numbers: dict[str, str]) -> ImportResult:
    own = str((document.value or {}).get("id"))
    entry = content.records.get(own)
    if entry is None:
        return importer.import_document(document)
    files = content.folder / entry["files"] if "files" in entry else None
    previous = numbers.get(entry["version_of"]) if "version_of" in entry else None
    if "version_of" in entry and previous is None:
        raise ConfigurationError(f"records.{own}: version_of names '{entry['version_of']}', which is not loaded yet.")
    result = importer.import_document(document, files=files, previous=previous)
    if result.id is not None:
        numbers[own] = result.id
        if "tombstone" in entry:
            _delete(importer.repository, result.id, entry["tombstone"])
    return result


def _delete(repository: Repository, number: str, tombstone: Mapping[str, str]) -> None:
    from muniment.access.actor import SYSTEM

    left = {**tombstone, "removal_reason": {"id": tombstone["removal_reason"]}}
    try:
        repository.records.delete(SYSTEM, number, left)
    except Gone:
        return
