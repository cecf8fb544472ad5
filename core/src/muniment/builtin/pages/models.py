"""The tables of pages and texts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.db.base import not_personal
from muniment.db.types import UTCDateTime
from muniment.plugins.tables import plugin_base

Base = plugin_base("pages")
Identity = BigInteger().with_variant(Integer(), "sqlite")


class PageRow(Base):
    """A page at ``/pages/<slug>``. `place` is the menu that leads to it: footer, main, or "" for none."""

    __tablename__ = "pages_pages"

    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    place: Mapped[str] = mapped_column(String(10))
    position: Mapped[int] = mapped_column(Integer)
    published: Mapped[bool] = mapped_column(Boolean)
    revision: Mapped[int] = mapped_column(Integer)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class ContentRow(Base):
    """What a page says in one language; `body` is Markdown."""

    __tablename__ = "pages_contents"

    page_id: Mapped[int] = mapped_column(ForeignKey("pages_pages.id", ondelete="CASCADE"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)


class TextRow(Base):
    """A text of the site in one language, in place of that of `instance.toml`."""

    __tablename__ = "pages_texts"

    name: Mapped[str] = mapped_column(String(20), primary_key=True, info=not_personal("name of a text"))
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)
