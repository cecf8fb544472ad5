"""The verbs of the protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

import structlog

from muniment.api import Repository
from muniment_oaipmh import arguments
from muniment_oaipmh.answers import TextWriter
from muniment_oaipmh.arguments import Request
from muniment_oaipmh.content import (
    Answer,
    Content,
    Description,
    Formats,
    Header,
    Headers,
    MakeWriter,
    Mistake,
    Record,
    Records,
    Resumption,
    Sets,
    Writer,
)
from muniment_oaipmh.errors import BadToken, ProtocolError
from muniment_oaipmh.failures import Failures
from muniment_oaipmh.feed import Entry
from muniment_oaipmh.formats import MetadataFormat
from muniment_oaipmh.identity import Identity
from muniment_oaipmh.kept import Memory
from muniment_oaipmh.lists import Lists, Span
from muniment_oaipmh.moments import before_reading
from muniment_oaipmh.sets import SetService
from muniment_oaipmh.tokens import Place

log = structlog.get_logger(__name__)

NO_RECORDS: Final = ProtocolError("noRecordsMatch", "No record has changed in that time, or the set is empty.")


class Provider:
    """Answers harvesters of one repository."""

    def __init__(
        self,
        repository: Repository,
        identity: Identity,
        formats: Mapping[str, MetadataFormat],
        sets: SetService,
        write_with: MakeWriter | None = None,
    ) -> None:
        self.repository = repository
        self.identity = identity
        self.formats = formats
        self.sets = sets
        self.lists = Lists(repository)
        self.failures = Failures(repository)
        self.writer: Writer = (write_with or _text)(identity, formats, lambda: Memory(repository).secret())
        self._verbs: Mapping[str, Callable[[Request, int], Content]] = {
            "Identify": self._identify,
            "ListMetadataFormats": self._list_formats,
            "ListSets": self._list_sets,
            "GetRecord": self._get_record,
            "ListIdentifiers": self._list,
            "ListRecords": self._list,
        }

    def answer(self, pairs: Iterable[tuple[str, str]]) -> str:
        """The XML that answers a request with these arguments; it is one in any case."""
        return self.writer.write(self.ask(pairs))

    def ask(self, pairs: Iterable[tuple[str, str]]) -> Answer:
        """What answers a request with these arguments."""
        moment = before_reading(self.repository)
        sent: Mapping[str, str] = {}
        try:
            request = arguments.read(pairs)
            sent = request.sent
            return Answer(moment, self._verbs[request.verb](request, moment), sent)
        except ProtocolError as error:
            return Answer(moment, Mistake(error.code, error.message), sent)

    # Verbs about the repository ------------------------------------------------------------------------------------

    def _identify(self, _request: Request, moment: int) -> Content:
        earliest = self.lists.earliest()
        return Description(self.identity, moment if earliest is None else min(earliest, moment))

    def _list_formats(self, request: Request, _moment: int) -> Content:
        if request.identifier is not None:
            self._entry(request.identifier)
        return Formats(list(self.formats.values()))

    def _list_sets(self, request: Request, moment: int) -> Content:
        last, cursor = "", 0
        if request.token is not None:
            place = self._place(request, moment)
            last, cursor = str(place.last[0]), place.cursor
        everything = self.sets.all()
        if not everything:
            raise ProtocolError("noSetHierarchy", "This repository has no sets.")
        rest = [one for one in everything if one.spec > last]
        if not rest:
            raise BadToken()
        page = rest[: self.identity.page_size]
        more = len(rest) > len(page)
        if not more and request.token is None:
            return Sets(page)
        end_of_page = [page[-1].spec], cursor + len(page), len(everything)
        after = Place(request.verb, "", "", None, None, *end_of_page, self._end(moment)) if more else None
        return Sets(page, self._resumption(after, moment, cursor, len(everything)))

    # Verbs about records -------------------------------------------------------------------------------------------

    def _get_record(self, request: Request, _moment: int) -> Content:
        entry = self._entry(request.identifier or "")
        chosen = self._format(request.prefix)
        written = self._records([entry], chosen, self._known_specs())
        if not written:
            raise ProtocolError("cannotDisseminateFormat", f"This record cannot be written as '{chosen.prefix}'.")
        return Records(written, chosen.prefix)

    def _list(self, request: Request, moment: int) -> Content:
        """A page of a list. One whose records can none of them be written is passed over."""
        place = self._place(request, moment)
        chosen = self._format(place.prefix)
        specs = self._known_specs()
        if place.spec and not specs:
            raise ProtocolError("noSetHierarchy", "This repository has no sets.")
        if place.spec and place.spec not in specs:
            raise NO_RECORDS
        span, size = Span(place.spec, place.since, place.until), self.identity.page_size
        first, last, cursor = request.token is None, place.last or None, place.cursor
        while entries := self.lists.page(span, last, size + 1):
            more, entries = len(entries) > size, entries[:size]
            last = [entries[-1].datestamp, entries[-1].record_id]
            written = self._written(request.verb, entries, chosen, specs)
            if written:
                if first and not more:
                    return _page(written, chosen, None)
                total = self.lists.count(span) if first else place.total
                after = None
                if more:
                    end, expires = cursor + len(entries), self._end(moment)
                    after = replace(place, last=last, cursor=end, total=total, expires=expires)
                return _page(written, chosen, self._resumption(after, moment, cursor, total))
            cursor += len(entries)
        if first:
            raise NO_RECORDS
        return self._ended(request, place, chosen, specs, moment)

    def _ended(
        self, request: Request, place: Place, chosen: MetadataFormat, specs: frozenset[str], moment: int
    ) -> Content:
        """The end of a list of which nothing is left, since the rest changed meanwhile: what was sent last once more,
        for a list must hold something."""
        entry = self.lists.entry(place.last[1])
        written = self._written(request.verb, [entry], chosen, specs) if entry is not None else []
        if not written:
            raise BadToken("The list has come to its end meanwhile. Begin it again.")
        return _page(written, chosen, self._resumption(None, moment, max(place.cursor - 1, 0), place.cursor))

    def _place(self, request: Request, moment: int) -> Place:
        if request.token is None:
            return Place(request.verb, request.prefix, request.spec, request.since, request.until, [], 0, 0, 0)
        try:
            text = self.writer.place(request.token, request.verb)
        except ValueError as error:
            raise BadToken() from error
        return Place.of(text, request.verb, moment)

    def _written(
        self, verb: str, entries: list[Entry], chosen: MetadataFormat, specs: frozenset[str]
    ) -> list[Header] | list[Record]:
        if verb == "ListRecords":
            return self._records(entries, chosen, specs)
        return [self._header(entry, specs) for entry in entries]

    def _records(self, entries: list[Entry], chosen: MetadataFormat, specs: frozenset[str]) -> list[Record]:
        """Records in a format. What the public may not see any more is told as deleted, whatever the feed says; what
        cannot be written is left out, and operators are told."""
        written = chosen.write([entry.record_id for entry in entries if not entry.deleted])
        found = []
        for entry in entries:
            metadata = written.get(entry.record_id)
            if isinstance(metadata, Exception):
                self._not_written(entry, chosen, metadata)
                continue
            found.append(Record(self._header(entry, specs, deleted=metadata is None), metadata))
        return found

    def _not_written(self, entry: Entry, chosen: MetadataFormat, error: Exception) -> None:
        log.warning("oaipmh_record_not_written", record=entry.record_id, prefix=chosen.prefix, error=repr(error))
        self.failures.remember(entry.record_id, chosen.prefix, f"{type(error).__name__}: {error}")

    def _header(self, entry: Entry, specs: frozenset[str], *, deleted: bool = False) -> Header:
        identifier = self.identity.identifier(self.repository.records.public_id(entry.record_id))
        return Header(identifier, entry.datestamp, sorted(entry.specs & specs), entry.deleted or deleted)

    def _entry(self, identifier: str) -> Entry:
        number = self.identity.number(identifier, self.repository)
        entry = None if number is None else self.lists.entry(number)
        if entry is None:
            raise ProtocolError("idDoesNotExist", "No record of this repository has that identifier.")
        return entry

    def _format(self, prefix: str) -> MetadataFormat:
        chosen = self.formats.get(prefix)
        if chosen is None:
            known = ", ".join(self.formats)
            raise ProtocolError("cannotDisseminateFormat", f"There is no metadata format '{prefix}', but {known}.")
        return chosen

    def _known_specs(self) -> frozenset[str]:
        return frozenset(one.spec for one in self.sets.all())

    # Resumption ----------------------------------------------------------------------------------------------------

    def _end(self, moment: int) -> int:
        return moment + self.identity.token_seconds

    def _resumption(self, after: Place | None, moment: int, cursor: int, total: int) -> Resumption:
        return Resumption(after.text if after else "", cursor, total, self._end(moment))


def _page(
    written: list[Header] | list[Record], chosen: MetadataFormat, resumption: Resumption | None
) -> Headers | Records:
    headers = [one for one in written if isinstance(one, Header)]
    if headers:
        return Headers(headers, chosen.prefix, resumption)
    return Records([one for one in written if isinstance(one, Record)], chosen.prefix, resumption)


def _text(identity: Identity, _formats: Mapping[str, MetadataFormat], secret: Callable[[], str]) -> Writer:
    return TextWriter(identity, secret)
