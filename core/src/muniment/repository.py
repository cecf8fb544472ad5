"""The repository: everything a request or a command needs, for one generation of plugins."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from muniment.database import open_database, require_current
from muniment.events.outbox import Outbox
from muniment.hooks.caller import PluginFailure
from muniment.plugins.generation import Generation, build_generation
from muniment.plugins.service import PluginStateService
from muniment.plugins.state import StoredState, read_state
from muniment.resources import Resources
from muniment.settings.config import Config
from muniment.settings.instance import Instance

if TYPE_CHECKING:
    from datetime import datetime

    from muniment.audit.service import AuditService
    from muniment.db.engine import Database
    from muniment.files.service import FilesService
    from muniment.hooks.caller import Hooks
    from muniment.identifiers import IdentifierSchemes
    from muniment.jobs.deliveries import DeliveryService
    from muniment.jobs.scheduler import Scheduler
    from muniment.mail.service import MailService
    from muniment.names.service import NameService
    from muniment.outgoing.client import OutgoingClient
    from muniment.plugins.settings_service import PluginSettingsService
    from muniment.privacy.erasure import ErasureService
    from muniment.privacy.exports import DataExportService
    from muniment.privacy.registry import PrivacyRegistry
    from muniment.records.exporting import ExportService
    from muniment.records.schemas import MetadataFields
    from muniment.records.service import RecordService
    from muniment.search.service import SearchService
    from muniment.users.service import UserService
    from muniment.users.sessions import SessionService
    from muniment.users.tokens import TokenService
    from muniment.vocabularies.service import VocabularyService


class Repository:
    """An instance with one generation of plugins: configuration, database, hooks and services.

    Services are made when first used. `config` is that of the instance with what operators set in its place.
    `database` and `resources` belong to the process and are shared by its generations; `successor()` builds the next
    one beside this. `stored` stands for what the database says about plugins, to try out what it would lead to.
    """

    def __init__(
        self,
        instance: Instance,
        *,
        database: Database | None = None,
        resources: Resources | None = None,
        environ: Mapping[str, str] | None = None,
        left_out: Mapping[str, str] | None = None,
        stored: StoredState | None = None,
    ) -> None:
        self.instance = instance
        self.resources = resources or Resources()
        self.database = database or open_database(instance)
        self.environ = environ
        self.stored = stored
        self.config: Config = instance.config
        self._settings: dict[str, SimpleNamespace] = {}
        self.events: Outbox = self.database.outbox or Outbox(self.database)
        self.database.outbox = self.events
        require_current(self.database)
        self.generation: Generation = build_generation(
            self, stored or read_state(self.database), self._prepare, environ, left_out
        )

    @property
    def hooks(self) -> Hooks:
        return self.generation.hooks

    @property
    def read_only(self) -> bool:
        """Whether a plugin that guards something is missing, so that nothing may be changed."""
        return self.generation.read_only

    def now(self) -> datetime:
        return self.database.now()

    def settings(self, plugin: str) -> Any:
        """The validated settings of an enabled plugin, one attribute for each key."""
        return self._settings[plugin]

    def adopt_settings(self, plugin: str, settings: SimpleNamespace) -> None:
        self._settings[plugin] = settings

    def successor(self, left_out: Mapping[str, str] | None = None, stored: StoredState | None = None) -> Repository:
        """The repository with the plugins that are enabled now; process-wide things are shared with this one.

        `left_out` names plugins that failed while the application was built, each with the reason. `stored` stands
        for what the database says, as in the constructor.
        """
        return Repository(
            self.instance,
            database=self.database,
            resources=self.resources,
            environ=self.environ,
            left_out=left_out,
            stored=stored,
        )

    def _trial(self, stored: StoredState) -> Generation:
        """The generation that `stored` would make, with an application that has answered once; what fails in either is
        among its failures."""
        from muniment.web.generations import open_app, without

        trial = self.successor(stored=stored)
        while True:
            try:
                open_app(trial)
            except PluginFailure as failure:
                trial = without(trial, failure)
            else:
                return trial.generation

    def _prepare(self, generation: Generation) -> None:
        """Call the build hooks while the generation is made, so that a plugin that fails in one can be left out."""
        from muniment.hooks.building import call_build_hooks
        from muniment.records.links import OWN_NAMES
        from muniment.users.scopes import CORE_SCOPES

        self.generation = generation  # hooks of plugins may call those that they declare themselves
        own = {"register_scopes": [scope.name for scope in CORE_SCOPES], "register_json_links": OWN_NAMES}
        call_build_hooks(generation.hooks, own)

    def close(self) -> None:
        self.resources.close()
        self.database.dispose()

    # Services -------------------------------------------------------------------------------------------------

    @cached_property
    def records(self) -> RecordService:
        from muniment.records.service import RecordService

        return RecordService(self)

    @cached_property
    def exports(self) -> ExportService:
        from muniment.records.exporting import ExportService

        return ExportService(self)

    @cached_property
    def files(self) -> FilesService:
        from muniment.files.service import FilesService

        return FilesService(self)

    @cached_property
    def users(self) -> UserService:
        from muniment.users.service import UserService

        return UserService(self)

    @cached_property
    def sessions(self) -> SessionService:
        from muniment.users.sessions import SessionService

        return SessionService(self)

    @cached_property
    def tokens(self) -> TokenService:
        from muniment.users.tokens import TokenService

        return TokenService(self)

    @cached_property
    def vocabularies(self) -> VocabularyService:
        from muniment.vocabularies.service import VocabularyService

        return VocabularyService(self)

    @cached_property
    def search(self) -> SearchService:
        from muniment.search.service import SearchService

        return SearchService(self)

    @cached_property
    def names(self) -> NameService:
        from muniment.names.service import NameService

        return NameService(self)

    @cached_property
    def mail(self) -> MailService:
        from muniment.mail.service import MailService

        return MailService(self)

    @cached_property
    def outgoing(self) -> OutgoingClient:
        """Asks servers elsewhere whose address a person, or another server, chose."""
        from muniment.outgoing.client import OutgoingClient

        config = self.config.outgoing
        return OutgoingClient(config.allowed, self.instance.path / config.ca_file if config.ca_file else None)

    @cached_property
    def audit(self) -> AuditService:
        from muniment.audit.service import AuditService

        return AuditService(self)

    @cached_property
    def privacy(self) -> PrivacyRegistry:
        from muniment.privacy.registry import PrivacyRegistry

        return PrivacyRegistry(self)

    @cached_property
    def data_exports(self) -> DataExportService:
        from muniment.privacy.exports import DataExportService

        return DataExportService(self)

    @cached_property
    def erasure(self) -> ErasureService:
        from muniment.privacy.erasure import ErasureService

        return ErasureService(self)

    @cached_property
    def deliveries(self) -> DeliveryService:
        from muniment.jobs.deliveries import DeliveryService

        return DeliveryService(self)

    @cached_property
    def jobs(self) -> Scheduler:
        from muniment.jobs.scheduler import Scheduler

        return Scheduler(self)

    @cached_property
    def plugins(self) -> PluginStateService:
        return PluginStateService(
            self.database,
            trial=self._trial,
            serving=lambda: self.generation,
            environ=self.environ,
            folder=self.instance.plugins,
        )

    @cached_property
    def plugin_settings(self) -> PluginSettingsService:
        from muniment.plugins.settings_service import PluginSettingsService

        return PluginSettingsService(self)

    @cached_property
    def identifiers(self) -> IdentifierSchemes:
        from muniment.identifiers import IdentifierSchemes

        return IdentifierSchemes()

    @cached_property
    def fields(self) -> MetadataFields:
        """The custom fields that the enabled plugins add to the metadata."""
        from muniment.records.schemas import MetadataFields

        return MetadataFields(self.hooks.register_metadata_fields())
