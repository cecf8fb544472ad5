"""The plugin's tables: funders, grants and the words by which grants are found. A change needs a new migration."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import JSONDocument, UTCDateTime, not_personal, plugin_base

Base = plugin_base("openaire")

#: Compared byte by byte on both databases, whatever the locale of the PostgreSQL server.
Folded = Text().with_variant(Text(collation="C"), "postgresql")
Word = String(40).with_variant(String(40, collation="C"), "postgresql")
Row = BigInteger().with_variant(Integer(), "sqlite")


class Funder(Base):
    """An organisation that pays for research. `id` is its ROR id, `identifiers` are Invenio's objects."""

    __tablename__ = "openaire_funders"

    id: Mapped[str] = mapped_column(String(191), primary_key=True)
    name: Mapped[str] = mapped_column(Text, info=not_personal("name of an organisation"))
    titles: Mapped[dict[str, Any]] = mapped_column(JSONDocument)
    country: Mapped[str] = mapped_column(String(2), info=not_personal("country of an organisation"))
    identifiers: Mapped[list[dict[str, str]]] = mapped_column(JSONDocument)
    name_sort: Mapped[str] = mapped_column(Folded, index=True, info=not_personal("name of an organisation"))
    search_text: Mapped[str] = mapped_column(Folded)
    digest: Mapped[str] = mapped_column(String(32))
    revision: Mapped[int] = mapped_column(Integer, default=1)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class FunderName(Base):
    """Another identifier of a funder, as other registries and dumps write it: ``10.13039/501100000780``."""

    __tablename__ = "openaire_funder_names"

    name: Mapped[str] = mapped_column(String(191), primary_key=True, info=not_personal("id of an organisation"))
    funder_id: Mapped[str] = mapped_column(String(191), index=True)


class Award(Base):
    """A grant. `id` is ``<funder>::<number>`` as on Zenodo; `row` is what the words refer to.

    `number_key` and `acronym_key` are what is typed to name the grant exactly, folded.
    """

    __tablename__ = "openaire_awards"

    row: Mapped[int] = mapped_column(Row, primary_key=True)
    id: Mapped[str] = mapped_column(String(191), unique=True)
    number: Mapped[str] = mapped_column(String(150), info=not_personal("number of a grant"))
    number_key: Mapped[str] = mapped_column(Folded, index=True, info=not_personal("number of a grant"))
    acronym: Mapped[str] = mapped_column(String(150))
    acronym_key: Mapped[str] = mapped_column(Folded, index=True)
    titles: Mapped[dict[str, Any]] = mapped_column(JSONDocument)
    title_sort: Mapped[str] = mapped_column(Folded, index=True)
    program: Mapped[str] = mapped_column(String(150))
    funder_id: Mapped[str] = mapped_column(String(191), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSONDocument)
    words: Mapped[str] = mapped_column(Folded)
    digest: Mapped[str] = mapped_column(String(32))
    revision: Mapped[int] = mapped_column(Integer, default=1)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class AwardWord(Base):
    """A word of a grant's number, acronym, title or programme. Only the key: the table is its own index."""

    __tablename__ = "openaire_award_words"
    __table_args__ = {"sqlite_with_rowid": False}

    word: Mapped[str] = mapped_column(Word, primary_key=True)
    row: Mapped[int] = mapped_column(Row, primary_key=True, autoincrement=False)


class Notice(Base):
    """A record that OpenAIRE knows of, with the digest of what it was told last."""

    __tablename__ = "openaire_notices"

    record_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(32))
    sent: Mapped[datetime] = mapped_column(UTCDateTime)


class Checked(Base):
    """A public record that was held against the guidelines; `required` counts what it lacks of the mandatory."""

    __tablename__ = "openaire_checked"

    record_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    guideline: Mapped[str] = mapped_column(String(20), index=True)
    required: Mapped[int] = mapped_column(Integer)


class Gap(Base):
    """What a record lacks. Only the key: the table is its own index."""

    __tablename__ = "openaire_gaps"

    guideline: Mapped[str] = mapped_column(String(20), primary_key=True)
    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, index=True)


class Dump(Base):
    """A published file as it was loaded last, so that the job loads it again only when it has changed."""

    __tablename__ = "openaire_dumps"

    file: Mapped[str] = mapped_column(String(255), primary_key=True)
    stamp: Mapped[str] = mapped_column(String(64))
    report: Mapped[str] = mapped_column(Text)
    loaded: Mapped[datetime] = mapped_column(UTCDateTime)
