"""The verbs of the protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Final

import structlog

from muniment.api import ANONYMOUS, Repository
from muniment_oaipmh import answers, arguments
from muniment_oaipmh.answers import Frame, Header
from muniment_oaipmh.arguments import Request
from muniment_oaipmh.errors import BadToken, ProtocolError
from muniment_oaipmh.failures import Failures
from muniment_oaipmh.feed import Entry
from muniment_oaipmh.formats import MetadataFormat
from muniment_oaipmh.identity import Identity
from muniment_oaipmh.kept import Memory
from muniment_oaipmh.lists import Lists, Span
from muniment_oaipmh.moments import GRANULARITY, before_reading, shown
from muniment_oaipmh.sets import RecordSet, SetService
from muniment_oaipmh.tokens import Place, Tokens
from muniment_oaipmh.xml import element

log = structlog.get_logger(__name__)

NO_RECORDS: Final = ProtocolError("noRecordsMatch", "No record has changed in that time, or the set is empty.")


class Provider:
    """Answers harvesters of one repository."""

    def __init__(
        self, repository: Repository, identity: Identity, formats: Mapping[str, MetadataFormat], sets: SetService
    ) -> None:
        self.repository = repository
        self.identity = identity
        self.formats = formats
        self.sets = sets
        self.lists = Lists(repository)
        self.failures = Failures(repository)
        self.frame = Frame(identity.base, identity.stylesheet)
        self._verbs: Mapping[str, Callable[[Request, int], str]] = {
            "Identify": self._identify,
            "ListMetadataFormats": self._list_formats,
            "ListSets": self._list_sets,
            "GetRecord": self._get_record,
            "ListIdentifiers": self._list,
            "ListRecords": self._list,
        }

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(Memory(self.repository).secret())

    def answer(self, pairs: Iterable[tuple[str, str]]) -> str:
        """The answer to a request with these arguments; it is one in any case."""
        moment = before_reading(self.repository)
        sent: Mapping[str, str] = {}
        try:
            request = arguments.read(pairs)
            sent = request.sent
            return self.frame.answer(moment, sent, self._verbs[request.verb](request, moment))
        except ProtocolError as error:
            return self.frame.error(moment, sent, error)

    # Verbs about the repository ------------------------------------------------------------------------------------

    def _identify(self, _request: Request, moment: int) -> str:
        identity = self.identity
        earliest = self.lists.earliest()
        return (
            "<Identify>"
            + element("repositoryName", identity.name)
            + element("baseURL", identity.base)
            + element("protocolVersion", "2.0")
            + "".join(element("adminEmail", address) for address in identity.emails)
            + element("earliestDatestamp", shown(moment if earliest is None else min(earliest, moment)))
            + element("deletedRecord", "persistent")
            + element("granularity", GRANULARITY)
            + element("compression", "gzip")
            + identity.description()
            + "</Identify>"
        )

    def _list_formats(self, request: Request, _moment: int) -> str:
        if request.identifier is not None:
            self._entry(request.identifier)
        return (
            "<ListMetadataFormats>"
            + "".join(
                "<metadataFormat>"
                + element("metadataPrefix", one.prefix)
                + element("schema", one.schema)
                + element("metadataNamespace", one.namespace)
                + "</metadataFormat>"
                for one in self.formats.values()
            )
            + "</ListMetadataFormats>"
        )

    def _list_sets(self, request: Request, moment: int) -> str:
        last, cursor = "", 0
        if request.token is not None:
            place = self.tokens.read(request.token, request.verb, moment)
            last, cursor = str(place.last[0]), place.cursor
        everything = self.sets.all()
        if not everything:
            raise ProtocolError("noSetHierarchy", "This repository has no sets.")
        rest = [one for one in everything if one.spec > last]
        if not rest:
            raise BadToken()
        page = rest[: self.identity.page_size]
        more = len(rest) > len(page)
        token = ""
        if more:
            end_of_page = [page[-1].spec], cursor + len(page), len(everything)
            token = self._token(Place(request.verb, "", "", None, None, *end_of_page, self._end(moment)))
        written = "".join(_written_set(one) for one in page)
        end = self._resumption(token, moment, cursor, len(everything)) if more or request.token is not None else ""
        return f"<ListSets>{written}{end}</ListSets>"

    # Verbs about records -------------------------------------------------------------------------------------------

    def _get_record(self, request: Request, _moment: int) -> str:
        entry = self._entry(request.identifier or "")
        chosen = self._format(request.prefix)
        written = self._records([entry], chosen, self._known_specs())
        if not written:
            raise ProtocolError("cannotDisseminateFormat", f"This record cannot be written as '{chosen.prefix}'.")
        return f"<GetRecord>{written[0]}</GetRecord>"

    def _list(self, request: Request, moment: int) -> str:
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
                total = place.total if not first else self.lists.count(span) if more else len(entries)
                token = ""
                if more:
                    token = self._token(Place(
                        request.verb, place.prefix, place.spec, place.since, place.until, last, cursor + len(entries),
                        total, self._end(moment),
                    ))  # fmt: skip
                end = self._resumption(token, moment, cursor, total) if more or not first else ""
                return f"<{request.verb}>{''.join(written)}{end}</{request.verb}>"
            cursor += len(entries)
        if first:
            raise NO_RECORDS
        return self._ended(request, place, chosen, specs, moment)

    def _ended(self, request: Request, place: Place, chosen: MetadataFormat, specs: frozenset[str], moment: int) -> str:
        """The end of a list of which nothing is left, since the rest changed meanwhile: what was sent last once more,
        for a list must hold something."""
        entry = self.lists.entry(place.last[1])
        written = self._written(request.verb, [entry], chosen, specs) if entry is not None else []
        if not written:
            raise BadToken("The list has come to its end meanwhile. Begin it again.")
        end = self._resumption("", moment, max(place.cursor - 1, 0), place.cursor)
        return f"<{request.verb}>{written[0]}{end}</{request.verb}>"

    def _place(self, request: Request, moment: int) -> Place:
        if request.token is not None:
            return self.tokens.read(request.token, request.verb, moment)
        return Place(request.verb, request.prefix, request.spec, request.since, request.until, [], 0, 0, 0)

    def _written(self, verb: str, entries: list[Entry], chosen: MetadataFormat, specs: frozenset[str]) -> list[str]:
        if verb == "ListRecords":
            return self._records(entries, chosen, specs)
        return [self._header(entry, specs).written() for entry in entries]

    def _records(self, entries: list[Entry], chosen: MetadataFormat, specs: frozenset[str]) -> list[str]:
        """Records in a format. What the public may not see any more is told as deleted, whatever the feed says; what
        cannot be written is left out, and operators are told."""
        items = self.repository.records.items(ANONYMOUS, [entry.record_id for entry in entries if not entry.deleted])
        written = dict(zip(items, chosen.write(list(items.values())), strict=True))
        found = []
        for entry in entries:
            metadata = written.get(entry.record_id)
            if isinstance(metadata, Exception):
                self._not_written(entry, chosen, metadata)
                continue
            found.append(answers.record(self._header(entry, specs, deleted=metadata is None), metadata))
        return found

    def _not_written(self, entry: Entry, chosen: MetadataFormat, error: Exception) -> None:
        log.warning("oaipmh_record_not_written", record=entry.record_id, prefix=chosen.prefix, error=repr(error))
        self.failures.remember(entry.record_id, chosen.prefix, f"{type(error).__name__}: {error}")

    def _header(self, entry: Entry, specs: frozenset[str], *, deleted: bool = False) -> Header:
        identifier = self.identity.identifier(self.repository.records.public_id(entry.record_id))
        return Header(identifier, entry.datestamp, entry.specs & specs, entry.deleted or deleted)

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

    # Tokens --------------------------------------------------------------------------------------------------------

    def _token(self, place: Place) -> str:
        return self.tokens.write(place)

    def _end(self, moment: int) -> int:
        return moment + self.identity.token_seconds

    def _resumption(self, token: str, moment: int, cursor: int, total: int) -> str:
        return answers.resumption(token, expires=self._end(moment) if token else None, cursor=cursor, total=total)


def _written_set(one: RecordSet) -> str:
    description = ""
    if one.description.strip():
        description = (
            '<setDescription><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ '
            'http://www.openarchives.org/OAI/2.0/oai_dc.xsd">'
            + element("dc:description", one.description)
            + "</oai_dc:dc></setDescription>"
        )
    return f"<set>{element('setSpec', one.spec)}{element('setName', one.name)}{description}</set>"
