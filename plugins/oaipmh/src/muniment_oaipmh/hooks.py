"""The plugin's own hook: sets that other plugins offer to harvesters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from muniment.api import RecordItem, hook

#: `spec`, `name`, `description` and `members`, which says which of some records are in the set, by their ids.
OfferedSet = Mapping[str, str | Callable[[Sequence[RecordItem]], set[str]]]


class OaiHooks:
    """What plugins add to what harvesters can ask for."""

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def oaipmh_sets(self) -> list[OfferedSet]:  # type: ignore[empty-body]
        """Offer sets of records, such as those under embargo or those of a community.

        Each is a mapping with the texts ``spec`` (``access:open``; a set with a colon lies in the one before it),
        ``name`` and ``description``, and ``members``: a function that gets records as everybody may see them, many at
        once, and returns the ids of those in the set. It is asked as the last step of the transaction that changes a
        record, and again in a worker, outside any transaction; what it raises keeps nobody from publishing. Whatever
        takes a record into a set or out of it has to tell of a change of the record.

        :returns: sets; a spec that two offer, or that an operator has given to a set, keeps the first.
        """
