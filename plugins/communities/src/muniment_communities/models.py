"""The plugin's tables. A change here needs a new file in `migrations/versions`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import JSONDocument, UTCDateTime, not_personal, personal, plugin_base

Base = plugin_base("communities")

OWN_WORDS = not_personal("what a community says about itself")
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


class CommunityRow(Base):
    """A community. `slug_key` is its slug as it is compared; `words` what it is found by. One that is deleted keeps its
    row with a `tombstone`."""

    __tablename__ = "communities_communities"
    __table_args__ = (Index("ix_communities_communities_listed", "status", "visibility", "created"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), info=OWN_WORDS)
    slug_key: Mapped[str] = mapped_column(String(100), unique=True, info=OWN_WORDS)
    title: Mapped[str] = mapped_column(String(250), info=OWN_WORDS)
    description: Mapped[str] = mapped_column(String(250), info=OWN_WORDS)
    type: Mapped[str] = mapped_column(String(80))
    visibility: Mapped[str] = mapped_column(String(10))
    document: Mapped[dict[str, Any]] = mapped_column(JSONDocument, info=OWN_WORDS)
    words: Mapped[str] = mapped_column(Text, info=OWN_WORDS)
    theme: Mapped[dict[str, Any]] = mapped_column(JSONDocument, info=OWN_WORDS)
    children_allowed: Mapped[bool] = mapped_column(Boolean)
    parent: Mapped[str | None] = mapped_column(
        ForeignKey("communities_communities.id", ondelete="SET NULL"), index=True
    )
    logo: Mapped[str] = mapped_column(String(80), info=not_personal("hash of a picture"))
    verified: Mapped[datetime | None] = mapped_column(UTCDateTime)
    featured: Mapped[datetime | None] = mapped_column(UTCDateTime)
    status: Mapped[str] = mapped_column(String(1))
    tombstone: Mapped[dict[str, Any] | None] = mapped_column(JSONDocument, info=personal("communities.made"))
    created_by: Mapped[int | None] = mapped_column(BigInteger, index=True, info=personal("communities.made"))
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class FormerSlug(Base):
    """A slug that a community had before: addresses with it lead on."""

    __tablename__ = "communities_slugs"

    slug_key: Mapped[str] = mapped_column(String(100), primary_key=True, info=OWN_WORDS)
    community: Mapped[str] = mapped_column(ForeignKey("communities_communities.id", ondelete="CASCADE"), index=True)


class LogoRow(Base):
    """The logo of a community, cleaned."""

    __tablename__ = "communities_logos"

    community: Mapped[str] = mapped_column(
        ForeignKey("communities_communities.id", ondelete="CASCADE"), primary_key=True
    )
    media_type: Mapped[str] = mapped_column(String(40))
    content: Mapped[bytes] = mapped_column(LargeBinary, info=OWN_WORDS)


class MemberRow(Base):
    """A member: a person (`subject`) or everybody with a role of the site (`group_name`)."""

    __tablename__ = "communities_members"
    __table_args__ = (
        UniqueConstraint("community", "subject"),
        UniqueConstraint("community", "group_name"),
        Index("ix_communities_members_subject", "subject"),
        Index("ix_communities_members_group_name", "group_name"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    community: Mapped[str] = mapped_column(ForeignKey("communities_communities.id", ondelete="CASCADE"))
    subject: Mapped[int | None] = mapped_column(BigInteger, info=personal("communities.memberships"))
    group_name: Mapped[str | None] = mapped_column(String(80), info=not_personal("name of a role of the site"))
    role: Mapped[str] = mapped_column(String(10))
    visible: Mapped[bool] = mapped_column(Boolean)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class InvitationRow(Base):
    """Somebody who was asked to become a member: a person, or whoever signs in with an address. `request` is the one
    in the person's inbox; `told` says that the letter was sent."""

    __tablename__ = "communities_invitations"
    __table_args__ = (
        Index("ix_communities_invitations_community", "community", "state"),
        Index("ix_communities_invitations_email_key", "email_key"),
        Index("ix_communities_invitations_subject", "subject"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    community: Mapped[str] = mapped_column(ForeignKey("communities_communities.id", ondelete="CASCADE"))
    subject: Mapped[int | None] = mapped_column(BigInteger, info=personal("communities.invitations"))
    email: Mapped[str] = mapped_column(String(320), info=personal("communities.invitations"))
    email_key: Mapped[str] = mapped_column(String(320), info=personal("communities.invitations"))
    role: Mapped[str] = mapped_column(String(10))
    visible: Mapped[bool] = mapped_column(Boolean)
    message: Mapped[str] = mapped_column(Text, info=personal("communities.invitations"))
    state: Mapped[str] = mapped_column(String(10))
    request: Mapped[str | None] = mapped_column(String(36))
    expires: Mapped[datetime] = mapped_column(UTCDateTime)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)
    invited_by: Mapped[int | None] = mapped_column(BigInteger, index=True, info=personal("communities.invitations"))


class RecordRow(Base):
    """A record (all versions of it) in a community; one of its communities is the default."""

    __tablename__ = "communities_records"
    __table_args__ = (Index("ix_communities_records_community", "community", "parent_id"),)

    parent_id: Mapped[int] = mapped_column(
        ForeignKey("parents.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    community: Mapped[str] = mapped_column(
        ForeignKey("communities_communities.id", ondelete="CASCADE"), primary_key=True
    )
    is_default: Mapped[bool] = mapped_column(Boolean)
    added: Mapped[datetime] = mapped_column(UTCDateTime)


class TreeRow(Base):
    """A heading under which a community has collections."""

    __tablename__ = "communities_trees"
    __table_args__ = (UniqueConstraint("community", "slug"),)

    id: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    community: Mapped[str] = mapped_column(ForeignKey("communities_communities.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(100), info=OWN_WORDS)
    title: Mapped[str] = mapped_column(String(250), info=OWN_WORDS)
    place: Mapped[int] = mapped_column(Integer)


class CollectionRow(Base):
    """A saved search in a tree, below another one (`parent`) or at its root. `records` is how many it found when it
    was last counted."""

    __tablename__ = "communities_collections"
    __table_args__ = (UniqueConstraint("tree", "slug"),)

    id: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    tree: Mapped[int] = mapped_column(ForeignKey("communities_trees.id", ondelete="CASCADE"))
    parent: Mapped[int | None] = mapped_column(ForeignKey("communities_collections.id", ondelete="CASCADE"), index=True)
    slug: Mapped[str] = mapped_column(String(100), info=OWN_WORDS)
    title: Mapped[str] = mapped_column(String(250), info=OWN_WORDS)
    query: Mapped[str] = mapped_column(Text, info=OWN_WORDS)
    place: Mapped[int] = mapped_column(Integer)
    records: Mapped[int] = mapped_column(Integer)


class FiguresRow(Base):
    """What a community held when it was last counted."""

    __tablename__ = "communities_figures"

    community: Mapped[str] = mapped_column(
        ForeignKey("communities_communities.id", ondelete="CASCADE"), primary_key=True
    )
    records: Mapped[int] = mapped_column(BigInteger)
    versions: Mapped[int] = mapped_column(BigInteger)
    files: Mapped[int] = mapped_column(BigInteger)
    bytes: Mapped[int] = mapped_column(BigInteger)
    counted: Mapped[datetime] = mapped_column(UTCDateTime)


class LogRow(Base):
    """What somebody did in a community, for its managers; goes after five months."""

    __tablename__ = "communities_log"
    __table_args__ = (
        Index("ix_communities_log_community", "community", "number"),
        Index("ix_communities_log_at", "at"),
    )

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    community: Mapped[str] = mapped_column(ForeignKey("communities_communities.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    subject: Mapped[int | None] = mapped_column(BigInteger, index=True, info=personal("communities.log"))
    action: Mapped[str] = mapped_column(String(60))
    details: Mapped[dict[str, Any]] = mapped_column(JSONDocument, info=personal("communities.log"))
