"""The record service: the one way to change and read records, for pages, REST, commands and jobs alike."""

from __future__ import annotations

from muniment.records.tallies import TallyOperations


class RecordService(TallyOperations):
    """Drafts, publishing, versions, deletion, reading and searching of one repository.

    Each base class holds one subject. Public ids are texts; every method takes the actor and checks its labels.
    """
