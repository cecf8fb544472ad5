"""The public interface for plugins: the only module of the core that a plugin imports (besides `muniment.testing`)."""

from __future__ import annotations

from muniment.access.actor import ANONYMOUS, SYSTEM, Actor
from muniment.access.labels import LabelOnWork, labels_given, labels_given_blindly, shared_parents
from muniment.cli.output import as_json, show_json, show_table, with_bar
from muniment.cli.session import Session as CommandSession
from muniment.cli.session import pass_session
from muniment.db.base import NAMING_CONVENTION, not_personal, personal
from muniment.db.lowercase import lowercase
from muniment.db.types import JSONDocument, UTCDateTime
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import (
    AuthenticationFailed,
    Busy,
    Conflict,
    Gone,
    InvalidRequest,
    MunimentError,
    NotFound,
    PermissionDenied,
    Problem,
    RevisionMismatch,
    StorageFull,
    ValidationFailed,
)
from muniment.events.event import Event, RecordEvent
from muniment.events.outbox import LogEntry
from muniment.files.limits import Limits as FileLimits
from muniment.files.media_types import served_as
from muniment.files.storage import DownloadHeaders, HandOver, ObjectStat, Storage, StorageBackendSpec
from muniment.files.usage import FileUsage
from muniment.hooks.caller import Contribution, PluginFailure, attempt
from muniment.hooks.meta import hook, implements
from muniment.identifiers import IdentifierScheme, IdentifierSchemes
from muniment.jobs.declarations import EventHandler, Job, RetryLater
from muniment.names.suggested import NameType, SuggestedName
from muniment.outgoing.addresses import is_public
from muniment.outgoing.client import OutgoingAnswer, OutgoingClient
from muniment.outgoing.failures import OutgoingFailed
from muniment.outgoing.limits import OutgoingLimits
from muniment.pids.provider import IdentifierProvider, IdentifierRequest
from muniment.plugins.context import PluginContext
from muniment.plugins.tables import plugin_base
from muniment.privacy.registry import Category, Departure, Retention, Table
from muniment.records.access_changes import AccessChanged, AccessState, PartHolder
from muniment.records.export_formats import Exported, ExportFormat, HarvestForm
from muniment.records.exporting import ExportService
from muniment.records.forms import FormEffect
from muniment.records.import_documents import Document, iterate_documents
from muniment.records.import_results import ImportResult
from muniment.records.importing import ImportedRecord, ImportFormat, KnownTerms, Loss, RecordRefused
from muniment.records.items import RecordItem
from muniment.records.links import RecordLink
from muniment.records.parts import PartSubject, RecordPart
from muniment.records.plain_text import strip_html, title_text
from muniment.records.publication import Publication
from muniment.records.record_importer import RecordImporter
from muniment.records.requests import SearchPage, SearchRequest
from muniment.records.schemas import DisplayHints, FacetHint, IndexHints, MetadataField, VocabularyUse
from muniment.records.schemas.problems import problems_of
from muniment.records.schemas.text import clean_text
from muniment.records.snapshots import DraftSnapshot, ParentHandle, RecordHandle
from muniment.records.states import RecordState
from muniment.repository import Repository
from muniment.search import backend_api as search_port
from muniment.search.backend_spec import SearchBackendSpec
from muniment.search.record_facet import RecordFacet
from muniment.settings.secret_box import CannotDecrypt, SecretBox
from muniment.users.email_addresses import normalize as comparable_address
from muniment.users.email_addresses import problem_with as problem_with_address
from muniment.users.identity_providers import IdentityProvider
from muniment.users.notifications import Notification, NotificationType
from muniment.users.scopes import Scope
from muniment.users.secrets import hash_secret, new_secret
from muniment.users.sign_in_steps import FurtherStep, SignIn
from muniment.users.signing_in import SignInRefused
from muniment.users.throttle import Attempt, Limit, network_of
from muniment.version import __version__
from muniment.vocabularies import Term, Vocabulary
from muniment.vocabularies.names import compared
from muniment.vocabularies.store import TermSearch, TermStore
from muniment.web.access import access, session
from muniment.web.authentication import (
    complete_sign_in,
    current_session,
    network_address,
    signed_in_address,
    start_session,
    unfinished_session,
)
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.local_path import local_path
from muniment.web.negotiation import Representation
from muniment.web.rest.answers import answer_json
from muniment.web.rest.bodies import read_object
from muniment.web.rest.conditional import expected_revision
from muniment.web.rest.document import bytes_body, document, json_body, query
from muniment.web.security import policy_of_pages
from muniment.web.typed_links import TypedLink, link_header
from muniment.web.ui.account_pages import account_page, session_owner, settings_page
from muniment.web.ui.comparison_view import compare as compare_editions
from muniment.web.ui.control_pages import control_page, control_question
from muniment.web.ui.local_time import local_minute
from muniment.web.ui.navigation import NavigationItem
from muniment.web.ui.rich_text import stored_html
from muniment.web.ui.search_view import Address, pagination
from muniment.web.ui.slots import Fragment
from muniment.web.ui.views.search import answered_search

__all__ = [
    "ANONYMOUS",
    "NAMING_CONVENTION",
    "SYSTEM",
    "AccessChanged",
    "AccessState",
    "Actor",
    "Address",
    "Attempt",
    "AuthenticationFailed",
    "BlueprintSpec",
    "Busy",
    "CannotDecrypt",
    "Category",
    "CommandSession",
    "Conflict",
    "Contribution",
    "Departure",
    "DisplayHints",
    "Document",
    "DownloadHeaders",
    "DraftSnapshot",
    "Event",
    "EventHandler",
    "ExportFormat",
    "ExportService",
    "Exported",
    "FacetHint",
    "FileLimits",
    "FileUsage",
    "FormEffect",
    "Fragment",
    "FurtherStep",
    "Gone",
    "HandOver",
    "HarvestForm",
    "IdentifierProvider",
    "IdentifierRequest",
    "IdentifierScheme",
    "IdentifierSchemes",
    "IdentityProvider",
    "ImportFormat",
    "ImportResult",
    "ImportedRecord",
    "IndexHints",
    "InvalidRequest",
    "JSONDocument",
    "Job",
    "KnownTerms",
    "LabelOnWork",
    "Limit",
    "LogEntry",
    "Loss",
    "MetadataField",
    "MunimentError",
    "NameType",
    "NavigationItem",
    "NotFound",
    "Notification",
    "NotificationType",
    "ObjectStat",
    "OutgoingAnswer",
    "OutgoingClient",
    "OutgoingFailed",
    "OutgoingLimits",
    "ParentHandle",
    "PartHolder",
    "PartSubject",
    "PermissionDenied",
    "PluginContext",
    "PluginFailure",
    "Problem",
    "Publication",
    "RecordEvent",
    "RecordFacet",
    "RecordHandle",
    "RecordImporter",
    "RecordItem",
    "RecordLink",
    "RecordPart",
    "RecordRefused",
    "RecordState",
    "Repository",
    "Representation",
    "Retention",
    "RetryLater",
    "RevisionMismatch",
    "Scope",
    "SearchBackendSpec",
    "SearchPage",
    "SearchRequest",
    "SecretBox",
    "SignIn",
    "SignInRefused",
    "Storage",
    "StorageBackendSpec",
    "StorageFull",
    "SuggestedName",
    "Table",
    "Term",
    "TermSearch",
    "TermStore",
    "TypedLink",
    "UTCDateTime",
    "UnitOfWork",
    "ValidationFailed",
    "Vocabulary",
    "VocabularyUse",
    "__version__",
    "access",
    "account_page",
    "answer_json",
    "answered_search",
    "as_json",
    "attempt",
    "bytes_body",
    "clean_text",
    "comparable_address",
    "compare_editions",
    "compared",
    "complete_sign_in",
    "control_page",
    "control_question",
    "current_session",
    "document",
    "expected_revision",
    "hash_secret",
    "hook",
    "implements",
    "is_public",
    "iterate_documents",
    "json_body",
    "keeps_form",
    "labels_given",
    "labels_given_blindly",
    "link_header",
    "local_minute",
    "local_path",
    "lowercase",
    "network_address",
    "network_of",
    "new_secret",
    "not_personal",
    "pagination",
    "pass_session",
    "personal",
    "plugin_base",
    "policy_of_pages",
    "problem_with_address",
    "problems_of",
    "query",
    "read_object",
    "search_port",
    "served_as",
    "session",
    "session_owner",
    "settings_page",
    "shared_parents",
    "show_json",
    "show_table",
    "signed_in_address",
    "start_session",
    "stored_html",
    "strip_html",
    "the_actor",
    "the_repository",
    "title_text",
    "unfinished_session",
    "with_bar",
]
