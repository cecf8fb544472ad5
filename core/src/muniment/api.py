"""The public interface for plugins: the only module of the core that a plugin imports (besides `muniment.testing`)."""

from __future__ import annotations

from muniment.access.actor import ANONYMOUS, SYSTEM, Actor
from muniment.cli.session import Session as CommandSession
from muniment.cli.session import pass_session
from muniment.db.base import NAMING_CONVENTION, not_personal, personal
from muniment.db.types import JSONDocument, UTCDateTime
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import (
    Conflict,
    InvalidRequest,
    MunimentError,
    NotFound,
    PermissionDenied,
    Problem,
    ValidationFailed,
)
from muniment.events.outbox import LogEntry
from muniment.hooks.meta import hook, implements
from muniment.jobs.declarations import EventHandler, Job, RetryLater
from muniment.pids.provider import IdentifierProvider, IdentifierRequest
from muniment.plugins.context import PluginContext
from muniment.plugins.tables import plugin_base
from muniment.records.import_documents import Document, iterate_documents
from muniment.records.import_results import ImportResult
from muniment.records.importing import ImportedRecord, ImportFormat, KnownTerms, Loss, RecordRefused
from muniment.records.parts import PartSubject, RecordPart
from muniment.records.plain_text import strip_html
from muniment.records.record_importer import RecordImporter
from muniment.records.snapshots import DraftSnapshot
from muniment.repository import Repository
from muniment.version import __version__
from muniment.vocabularies import Vocabulary

__all__ = [
    "ANONYMOUS",
    "NAMING_CONVENTION",
    "SYSTEM",
    "Actor",
    "CommandSession",
    "Conflict",
    "Document",
    "DraftSnapshot",
    "EventHandler",
    "IdentifierProvider",
    "IdentifierRequest",
    "ImportFormat",
    "ImportResult",
    "ImportedRecord",
    "InvalidRequest",
    "JSONDocument",
    "Job",
    "KnownTerms",
    "LogEntry",
    "Loss",
    "MunimentError",
    "NotFound",
    "PartSubject",
    "PermissionDenied",
    "PluginContext",
    "Problem",
    "RecordImporter",
    "RecordPart",
    "RecordRefused",
    "Repository",
    "RetryLater",
    "UTCDateTime",
    "UnitOfWork",
    "ValidationFailed",
    "Vocabulary",
    "__version__",
    "hook",
    "implements",
    "iterate_documents",
    "not_personal",
    "pass_session",
    "personal",
    "plugin_base",
    "strip_html",
]
