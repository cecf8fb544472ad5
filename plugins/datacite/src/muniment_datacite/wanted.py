"""What DataCite should have of each DOI: its state there and its metadata, from the record as it is now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from muniment.api import SYSTEM, MunimentError, NotFound, Repository
from muniment_datacite import kernel
from muniment_datacite.metadata import attributes, relation
from muniment_datacite.settings import TEST_PREFIX

GONE: Final = 410
#: DataCite's word for what is left out on purpose.
SUPPRESSED: Final = ":unal"
#: So many versions are named in the metadata of the concept DOI, the newest first.
MOST_VERSIONS: Final = 1000


@dataclass(frozen=True)
class Wanted:
    """`state` is findable, or registered for a DOI that resolves and is not in DataCite's search.

    Without `attributes` DataCite keeps the metadata that it has.
    """

    doi: str
    level: str
    record_id: int
    parent_id: int
    state: str
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What tells two of them apart."""
        text = json.dumps([self.state, self.attributes], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


class Wanting:
    """Computes it for one repository.

    Test DOIs are told to the stand-in only, and real ones to DataCite only: what the one took says nothing about the
    other, and a copy of a repository that is switched to test mode leaves its real DOIs alone.
    """

    def __init__(self, repository: Repository, settings: Any) -> None:
        self.repository = repository
        self.test_mode: bool = settings.test_mode

    def of_version(self, record_id: int, parent_id: int) -> Wanted | None:
        """The DOI of a published version that is not deleted; None when this plugin gave it none."""
        record = self.record(record_id)
        if record is None:
            return None
        doi, concept = self._doi(record), self._doi(record["parent"])
        if not doi:
            return None
        url = record["links"]["self_html"]
        if _is_hidden(record):
            return Wanted(doi, "record", record_id, parent_id, "registered", _complete(self._suppressed(record), url))
        payload = attributes(self.repository, record)
        if concept:
            _relate(payload, concept, "IsVersionOf")
        return Wanted(doi, "record", record_id, parent_id, "findable", _complete(payload, url))

    def of_all_versions(self, parent_id: int) -> Wanted | None:
        """The concept DOI, described as its newest version is; None without one, or when every version is deleted."""
        number = self.repository.records.public_id(parent_id)
        try:
            newest = self.repository.records.latest(SYSTEM, number)
            record = self.repository.records.read(SYSTEM, newest).data
        except NotFound:
            return None
        except MunimentError as error:
            if error.status != GONE:
                raise
            return None
        doi = self._doi(record["parent"])
        if not doi:
            return None
        record_id, url = int(self.repository.records.number_of(newest)), record["links"]["parent_html"]
        if _is_hidden(record):
            return Wanted(doi, "parent", record_id, parent_id, "registered", _complete(self._suppressed(record), url))
        payload = attributes(self.repository, record)
        payload.pop("version", None)
        for version in self._dois_of_versions(newest):
            _relate(payload, version, "HasVersion")
        return Wanted(doi, "parent", record_id, parent_id, "findable", _complete(payload, url))

    def record(self, record_id: int) -> Mapping[str, Any] | None:
        """The record as everyone may see it; None when it is deleted or not published."""
        try:
            return self.repository.records.read(SYSTEM, self.repository.records.public_id(record_id)).data
        except NotFound:
            return None
        except MunimentError as error:
            if error.status != GONE:
                raise
            return None

    def handles(self, doi: str) -> bool:
        """Whether this DOI is told to who is asked now: the stand-in in test mode, else DataCite."""
        return doi.startswith(f"{TEST_PREFIX}/") == self.test_mode

    def _doi(self, document: Mapping[str, Any]) -> str:
        """The DOI that this plugin gave, of a record or a parent."""
        value = (document.get("pids") or {}).get("doi") or {}
        doi = str(value.get("identifier") or "") if value.get("provider") == "datacite" else ""
        return doi if doi and self.handles(doi) else ""

    def _dois_of_versions(self, number: str) -> Iterator[str]:
        size = 100
        for page in range(1, MOST_VERSIONS // size + 1):
            found = self.repository.records.versions(SYSTEM, number, page=page, size=size)
            for hit in found.hits:
                doi = self._doi(hit.data)
                if doi and not _is_hidden(hit.data):
                    yield doi
            if page * size >= found.total:
                return

    def _suppressed(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The least that DataCite takes: nothing of a record that only some may see, but where its page is."""
        return {
            "creators": [{"name": SUPPRESSED}],
            "titles": [{"title": SUPPRESSED}],
            "publisher": {"name": self.repository.config.site.name},
            "publicationYear": str(record["created"])[:4],
            "types": {"resourceTypeGeneral": "Other"},
            "schemaVersion": kernel.NAMESPACE,
        }


_LISTS: Final = (
    "subjects", "contributors", "dates", "alternateIdentifiers", "relatedIdentifiers", "sizes", "formats", "rightsList",
    "descriptions", "geoLocations", "fundingReferences",
)  # fmt: skip
#: DataCite keeps what an update does not name: what a record has no more is taken back with these.
_CLEARED: Final[Mapping[str, Any]] = {**{name: [] for name in _LISTS}, "language": None, "version": None}


def _is_hidden(record: Mapping[str, Any]) -> bool:
    return (record.get("access") or {}).get("record") == "restricted"


def _complete(payload: Mapping[str, Any], url: str) -> dict[str, Any]:
    return {**_CLEARED, **payload, "url": url}


def _relate(payload: dict[str, Any], doi: str, kind: str) -> None:
    entry = relation(doi, kind)
    present = payload.get("relatedIdentifiers", [])
    if entry not in present:
        payload["relatedIdentifiers"] = [*present, entry]
