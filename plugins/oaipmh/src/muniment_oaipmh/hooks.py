"""The plugin's own hooks: sets and formats that other plugins offer to harvesters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from muniment.api import RecordItem, hook

#: `spec`, `name`, `description` and `members`, which says which of some records are in the set, by their ids.
OfferedSet = Mapping[str, str | Callable[[Sequence[RecordItem]], set[str]]]
#: `prefix`, `schema`, `namespace` and `write`, which gives an XML document for a record.
OfferedFormat = Mapping[str, str | Callable[[RecordItem], bytes]]


class OaiHooks:
    """What plugins add to what harvesters can ask for."""

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def oaipmh_sets(self) -> list[OfferedSet]:  # type: ignore[empty-body]
        """Offer sets of records, such as those under embargo or those of a community.

        Each is a mapping with the texts ``spec`` (``access:open``; a set with a colon lies in the one before it),
        ``name`` and ``description``, and ``members``: a function that gets records as everybody may see them, many at
        once, and returns the ids of those in the set. It is asked in a worker after a record has changed, outside any
        transaction. Whatever takes a record into a set or out of it has to tell of a change of the record.

        :returns: sets; a spec that two offer, or that an operator has given to a set, keeps the first.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def oaipmh_formats(self) -> list[OfferedFormat]:  # type: ignore[empty-body]
        """Offer metadata formats, beside those of the export formats that have a prefix.

        Each is a mapping with the texts ``prefix``, ``schema`` (the address of an XML Schema) and ``namespace``, and
        ``write``: a function that gets a record as everybody may see it and returns a whole XML document for it. What
        it raises keeps that record out of the answer and is shown to operators.

        :returns: formats; of two with one prefix the first is taken.
        """
