"""What a harvester is answered, before it is written: as XML, as a page for people, or by the writer of a plugin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from muniment_oaipmh.formats import MetadataFormat
from muniment_oaipmh.identity import Identity
from muniment_oaipmh.sets import RecordSet


@dataclass(frozen=True)
class Header:
    """A record's header: its identifier, when it changed (seconds since 1970), its sets, whether it is gone."""

    identifier: str
    datestamp: int
    specs: Sequence[str] = ()
    deleted: bool = False


@dataclass(frozen=True)
class Record:
    """A record in a format: the root element of its document, None for one that is gone."""

    header: Header
    metadata: str | None


@dataclass(frozen=True)
class Resumption:
    """What ends a page of a list that has several. `place` is the text from which the list goes on, empty on the last
    page; `cursor` counts what came before the page, of `total` in all; `expires` is in seconds since 1970."""

    place: str
    cursor: int
    total: int
    expires: int


@dataclass(frozen=True)
class Mistake:
    """An error of the protocol."""

    kind: ClassVar[str] = "mistake"
    code: str
    message: str


@dataclass(frozen=True)
class Description:
    """Who the repository is, and its oldest datestamp."""

    kind: ClassVar[str] = "description"
    identity: Identity
    earliest: int


@dataclass(frozen=True)
class Formats:
    """The metadata formats."""

    kind: ClassVar[str] = "formats"
    formats: Sequence[MetadataFormat]


@dataclass(frozen=True)
class Sets:
    """A page of sets."""

    kind: ClassVar[str] = "sets"
    sets: Sequence[RecordSet]
    resumption: Resumption | None = None


@dataclass(frozen=True)
class Headers:
    """A page of headers of records that there are in the format `prefix`."""

    kind: ClassVar[str] = "headers"
    headers: Sequence[Header]
    prefix: str
    resumption: Resumption | None = None


@dataclass(frozen=True)
class Records:
    """A page of records in the format `prefix`, or the one that was asked for."""

    kind: ClassVar[str] = "records"
    records: Sequence[Record]
    prefix: str
    resumption: Resumption | None = None


Content = Mistake | Description | Formats | Sets | Headers | Records


@dataclass(frozen=True)
class Answer:
    """An answer: `moment` is when the data were read, in seconds since 1970, and `sent` what is repeated of the
    request, nothing when it was not understood."""

    moment: int
    content: Content
    sent: Mapping[str, str] = field(default_factory=dict)

    @property
    def verb(self) -> str:
        return self.sent.get("verb", "")

    @property
    def resumption(self) -> Resumption | None:
        return getattr(self.content, "resumption", None)


class Writer(Protocol):
    """Writes answers as documents, and makes the tokens that stand in them."""

    def write(self, answer: Answer) -> str:
        """The whole XML document."""

    def token(self, answer: Answer) -> str:
        """The resumption token of an answer that has one, empty at the end of its list."""

    def place(self, token: str, verb: str) -> str:
        """The text of the place that a token of this writer was made of; raises `ValueError` for any other token."""


#: Makes a writer for a repository: of who it is, its metadata formats by prefix, and what gives its secret.
MakeWriter = Callable[[Identity, Mapping[str, MetadataFormat], Callable[[], str]], Writer]
