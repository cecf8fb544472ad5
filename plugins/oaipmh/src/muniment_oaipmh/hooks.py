"""The plugin's own hooks: sets that other plugins offer to harvesters, and another way to write answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from muniment.api import RecordItem, hook
from muniment_oaipmh.content import MakeWriter

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

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def oaipmh_writer(self) -> MakeWriter:  # type: ignore[empty-body]
        """Write the answers to harvesters in place of this plugin, which still decides what is answered.

        A function that is called once, before the first answer, with who the repository is (``name``, ``base``,
        ``prefix``, ``emails``, ``page_size``, ``token_seconds``, ``descriptions()``), the metadata formats by prefix
        (``prefix``, ``schema``, ``namespace``) and a function that gives a secret of the repository. It returns a
        writer: ``write(answer)`` is the XML document, ``token(answer)`` the resumption token that stands in it, and
        ``place(token, verb)`` the text that the token was made of; it raises `ValueError` for tokens of others. An
        answer has a ``moment`` (seconds since 1970), what was ``sent`` (to be repeated), its ``verb``, a ``content``,
        the ``kind`` of which says what it holds, and a ``resumption`` where a list has several pages
        (``muniment_oaipmh.api``). What a writer raises is answered with 500.

        :returns: the function; of several the first is taken.
        """
