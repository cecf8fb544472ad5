"""Registers what was published: brings each DOI at DataCite to the present state of its record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from muniment.api import LogEntry, Repository, RetryLater
from muniment_datacite.ledger import Entry, Ledger
from muniment_datacite.service import DataCite, Held, datacite_for
from muniment_datacite.wanted import Wanted, Wanting

#: The event that leads to a state: from findable to registered it is `hide`, see `_event`.
_EVENTS: Final = {"findable": "publish", "registered": "register"}
#: Identifiers that the book is asked about with one statement.
_AT_ONCE: Final = 500
#: Told of each DOI that was tried, and the state it has then.
Progress = Callable[[Entry, str], None]


class Registrar:
    """Talks to DataCite for one repository. Everything here can be repeated without harm."""

    def __init__(self, repository: Repository, settings: Any, datacite: DataCite | None = None) -> None:
        self.repository = repository
        self.ledger = Ledger(repository)
        self.wanting = Wanting(repository, settings)
        self.datacite = datacite or datacite_for(repository, settings)

    def follow(self, entry: LogEntry) -> None:
        """Handle the event that a record was published, changed, deleted or restored."""
        self.bring(int(entry.payload["record_id"]), int(entry.payload["parent_id"]))

    def bring(self, record_id: int, parent_id: int, *, at_once: bool = False) -> list[str]:
        """Bring the DOIs of a version and of all versions to the present state; returns the states they have.

        What is refused is written down and does not hold up the other. Raises `RetryLater` when DataCite is away; that
        both wait is written down first.
        """
        states, away = [], None
        for level in ("record", "parent"):
            wanted = self.present(level, record_id, parent_id)
            if wanted is not None:
                try:
                    states.append(self.send(wanted, at_once=at_once and away is None))
                except RetryLater as error:
                    away = away or error
        if away is not None:
            raise away
        return states

    def present(self, level: str, record_id: int, parent_id: int) -> Wanted | None:
        """What DataCite should have now; for a deleted record what it has, out of its search. None for nothing."""
        if level == "record":
            found = self.wanting.of_version(record_id, parent_id)
            if found is not None or self.wanting.record(record_id) is not None:
                return found
        elif (found := self.wanting.of_all_versions(parent_id)) is not None:
            return found
        for entry in self.ledger.of_record(record_id):
            if entry.level == level and entry.known and self.wanting.handles(entry.doi) and self._all_gone(entry):
                return Wanted(entry.doi, level, record_id, parent_id, "registered")
        return None

    def _all_gone(self, entry: Entry) -> bool:
        """Whether nothing is left to register: a concept DOI outlives its newest version while another one is there."""
        if entry.level == "record":
            return True
        newest = self.repository.records.find_identifier("doi", entry.doi)
        return self.wanting.record(self.repository.records.number_of(newest)) is None

    def send(self, wanted: Wanted, *, at_once: bool = False, again: bool = False) -> str:
        """Tell DataCite, unless it knows (with `again` in any case); returns the state that the DOI has then."""
        entry = self.ledger.find(wanted.doi)
        if entry is not None and not again and entry.state == wanted.state and entry.digest == wanted.digest:
            return entry.state
        known = entry.known if entry is not None else ""
        try:
            answer = self.datacite.put(wanted.doi, self._payload(wanted, known), at_once=at_once)
        except RetryLater as error:
            self.ledger.waits(wanted, str(error), asked=not isinstance(error, Held))
            raise
        state = str((answer.resource or {}).get("state") or wanted.state)
        if answer.status >= 300:
            self.ledger.refused(wanted, answer.words)
            return "refused"
        if state != wanted.state:
            self.ledger.refused(wanted, f"{answer.words} DataCite left the DOI in the state {state}.")
            return "refused"
        self.ledger.took(wanted, state, answer.words)
        return state

    def _payload(self, wanted: Wanted, known: str) -> dict[str, Any]:
        event = "hide" if wanted.state == "registered" and known == "findable" else _EVENTS[wanted.state]
        return {**wanted.attributes, "event": event}

    # Many at once -----------------------------------------------------------------------------------------------

    def retry(self, entries: Iterable[Entry], progress: Progress | None = None) -> int:
        """Try outstanding DOIs now; returns how many are settled. Raises `RetryLater` when DataCite is away."""
        settled = 0
        for entry in entries:
            state = self.retry_one(entry)
            settled += state not in ("refused", "waiting")
            if progress is not None:
                progress(entry, state)
        return settled

    def retry_one(self, entry: Entry) -> str:
        """Try one DOI now; what has no record any more leaves the book. Returns its state, "" when it left."""
        if not self.wanting.handles(entry.doi):
            return entry.state
        parent_id = entry.parent_id or self._parent_of(entry)
        wanted = self.present(entry.level, entry.record_id, parent_id) if parent_id else None
        if wanted is None:
            self.ledger.forget(entry.doi)
            return ""
        return self.send(wanted, at_once=True)

    def retry_due(self) -> int:
        """Try again what is due; returns how many DOIs are settled."""
        return self.retry(entry for entry in self.ledger.due() if self.wanting.handles(entry.doi))

    def _parent_of(self, entry: Entry) -> int:
        """The parent of an entry of the time before parents were written down; 0 when there is none any more."""
        for found in self.repository.records.identifiers_of("datacite"):
            if found.value == entry.doi:
                return int(found.parent_id)
        return 0

    def catch_up(self) -> int:
        """Register what DataCite was never told of; returns how many DOIs it was told of."""
        told = 0
        for wanted in self.unknown():
            self.send(wanted)
            told += 1
        return told

    def unknown(self) -> Iterable[Wanted]:
        """What DataCite should have and was never told of."""
        found = [entry for entry in self.repository.records.identifiers_of("datacite") if entry.scheme == "doi"]
        for start in range(0, len(found), _AT_ONCE):
            some = found[start : start + _AT_ONCE]
            known = self.ledger.known(entry.value for entry in some)
            for entry in some:
                if entry.value not in known:
                    wanted = self.present(entry.level, entry.record_id, entry.parent_id)
                    if wanted is not None:
                        yield wanted
