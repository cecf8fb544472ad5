"""The settings of plugins as one service: showing, changing and trying them out; for pages and commands alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from marshmallow import Schema
from sqlalchemy.orm import Session

from muniment.access.actor import Actor
from muniment.errors import Conflict, MunimentError, Problem, ValidationFailed
from muniment.events.event import PluginsChanged
from muniment.hooks.caller import PluginFailure, attempt
from muniment.plugins.configuring import underlying
from muniment.plugins.models import PluginSetting
from muniment.plugins.setting_fields import SettingsForm, describe_fields
from muniment.plugins.settings import (
    Stored,
    combination_problems,
    effective_settings,
    invalid,
    is_encrypted,
    is_secret,
    no_such_setting,
    normalised,
    place,
    read_stored,
    refuse_combination,
    schema_of,
    split_lists,
    stored_settings,
)
from muniment.plugins.state import next_generation, read_state
from muniment.settings.explained import MASK

if TYPE_CHECKING:
    from muniment.db.unit_of_work import UnitOfWork
    from muniment.plugins.installed import InstalledPlugin
    from muniment.repository import Repository
    from muniment.settings.secret_box import SecretBox


@dataclass(frozen=True)
class Change:
    """One setting that was changed: what the database held before and holds now, None for nothing; secrets masked."""

    key: str
    old: Any
    new: Any


class PluginSettingsService:
    """The settings of the plugins of one instance."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database
        self._box: SecretBox | None = None

    def box(self) -> SecretBox:
        """Encrypts and decrypts secrets with the instance's key."""
        if self._box is None:
            from muniment.settings.secret_box import SecretBox

            self._box = SecretBox(self.repository.instance.secret_key)
        return self._box

    # Showing ----------------------------------------------------------------------------------------------------------

    def form(self, name: str) -> SettingsForm:
        """The settings of an installed plugin, on or off; one that is off is imported to be asked."""
        plugin, schema = self._schema(name)
        return self._form(plugin, schema, self._stored_of(name))

    def forms(self) -> list[SettingsForm]:
        """The forms of the plugins that run in this process and have settings, in their order."""
        stored = read_state(self.database).settings
        found = []
        for loaded in self.repository.generation.plugins:
            schema = schema_of(type(loaded.plugin))
            if schema is not None and schema.fields:
                values = stored.get(loaded.name, {})
                found.append(self._form(loaded.installed, schema, values))
        return found

    def problems(self) -> list[Problem]:
        """Stored values that are not used, since they do not validate any more or cannot be decrypted."""
        return [
            Problem(f"{form.plugin}.{key}", reason)
            for form in self.forms()
            for key, reason in (
                *((item.key, item.problem) for item in form.fields if item.problem),
                *form.leftover.items(),
            )
        ]

    def _form(self, plugin: InstalledPlugin, schema: Schema | None, stored: Mapping[str, Any]) -> SettingsForm:
        """With what is stored now, which this process may not work with yet."""
        if schema is None:
            return SettingsForm(plugin.name, plugin.manifest.title, ())
        found = read_stored(plugin.name, schema, stored, self.box)
        settings = self._as_far_as_valid(plugin.name, schema, found)
        beneath = underlying(schema, self.repository.instance.config)
        for key, under in beneath.items():
            if under.decides or getattr(settings, key, None) is None:
                setattr(settings, key, under.value)
        origins = dict.fromkeys(found.usable, "database") | self._decided(plugin.name, schema)
        return SettingsForm(
            plugin=plugin.name,
            title=plugin.manifest.title,
            fields=describe_fields(
                schema, settings, origins, found.problems, {key: under.value for key, under in beneath.items()}
            ),
            leftover={key: reason for key, reason in found.problems.items() if key not in schema.fields},
            can_be_checked=self.can_be_checked(plugin.name),
            page=getattr(schema, "page", ""),
        )

    def _decided(self, name: str, schema: Schema | None) -> dict[str, str]:
        """Where the configuration decides a setting, by key."""
        config = self.repository.instance.config
        beneath = underlying(schema, config)
        return {
            **{key: config.origins.get(f"plugin.{name}.{key}", "instance.toml") for key in config.plugin.get(name, {})},
            **{key: under.origin for key, under in beneath.items() if under.decides},
        }

    def _as_far_as_valid(self, name: str, schema: Schema, stored: Stored) -> SimpleNamespace:
        """What the settings are; without the defaults when they do not go together."""
        configured = self.repository.config.plugin.get(name, {})
        try:
            return effective_settings(name, schema, configured, stored.usable)
        except MunimentError:
            return SimpleNamespace(**{**stored.usable, **configured})

    # Changing ---------------------------------------------------------------------------------------------------------

    def change(
        self,
        name: str,
        values: Mapping[str, Any],
        actor: Actor,
        *,
        along: Callable[[UnitOfWork], None] | None = None,
    ) -> list[Change]:
        """Store settings, which take part in the next generation; None goes back to the default.

        `along` writes in the same transaction what the settings refer to, once they are found to be valid.

        Raises `ValidationFailed` with all fields that are not valid or do not go with the others, and `Conflict` when
        the configuration decides; then nothing was changed.
        """
        _, schema = self._schema(name)
        ready = self._validated(name, schema, values)
        if schema is None or not ready:
            return []
        with self.database.write() as unit:
            stored = stored_settings(unit.session).get(name, {})
            self._refuse_combination(name, schema, stored, ready)
            if along is not None:
                along(unit)
            changes = [
                change
                for key, value in ready.items()
                if (change := self._write(unit.session, unit.now, name, schema, key, value)) is not None
            ]
            for change in changes:
                unit.audit("setting.changed", f"plugin:{name}", actor, key=change.key, old=change.old, new=change.new)
            if changes:
                next_generation(unit.session)
                unit.emit(PluginsChanged(plugin=name, change="setting"))
        return changes

    def protect(self) -> list[str]:
        """Encrypt secrets that an earlier version stored as they are; returns their names. For upgrades."""
        done = []
        for loaded in self.repository.generation.plugins:
            schema = schema_of(type(loaded.plugin))
            secrets = [key for key in schema.fields if is_secret(schema, key)] if schema is not None else []
            with self.database.write() as unit:
                for key in secrets:
                    row = unit.session.get(PluginSetting, (loaded.name, key))
                    if row is not None and not is_encrypted(row.value):
                        row.value = self.box().encrypt(row.value, place(loaded.name, key))
                        done.append(f"{loaded.name}.{key}")
        return done

    def _validated(self, name: str, schema: Schema | None, values: Mapping[str, Any]) -> dict[str, Any]:
        problems: list[Problem] = []
        ready: dict[str, Any] = {}
        decided = self._decided(name, schema)
        for key, value in values.items():
            unknown = no_such_setting(name, schema, key) if not self._is_leftover(name, key, value) else None
            if unknown is not None:
                problems.append(unknown)
            elif value is None:
                ready[key] = None
            elif key in decided:
                raise Conflict(f"{name}.{key} is set in {decided[key]}; change it there.")
            elif schema is not None:
                messages = invalid(schema, key, value)
                problems += [Problem(f"{name}.{key}", message) for message in messages]
                if not messages:
                    ready[key] = normalised(schema, key, value)
        if problems:
            raise ValidationFailed(errors=problems)
        return ready

    def _is_leftover(self, name: str, key: str, value: Any) -> bool:
        """Whether this removes a stored value of a setting that the plugin does not have any more."""
        return value is None and key in self._stored_of(name)

    def _refuse_combination(
        self, name: str, schema: Schema, stored: Mapping[str, Any], ready: Mapping[str, Any]
    ) -> None:
        before = dict(read_stored(name, schema, stored, self.box).usable)
        after = {key: value for key, value in {**before, **ready}.items() if value is not None}
        refuse_combination(name, schema, self.repository.config.plugin.get(name, {}), before, after)

    def _write(self, session: Session, now: Any, name: str, schema: Schema, key: str, value: Any) -> Change | None:
        """Bring one row to `value`; None when it is that already."""
        secret = key in schema.fields and is_secret(schema, key)
        row = session.get(PluginSetting, (name, key))
        if value is None and row is None:
            return None
        old = row.value if row is not None else None
        if not secret and row is not None and value == old:
            return None
        new = self.box().encrypt(value, place(name, key)) if secret and value is not None else value
        if new is None:
            session.delete(row)
        elif row is None:
            session.add(PluginSetting(plugin=name, key=key, value=new, updated=now))
        else:
            row.value, row.updated = new, now
        if secret or is_encrypted(old):
            return Change(key, MASK if old is not None else None, MASK if value is not None else None)
        return Change(key, old, value)

    # Trying out -------------------------------------------------------------------------------------------------------

    def can_be_checked(self, name: str) -> bool:
        """Whether the plugin runs here and can try out its settings."""
        return name in self.repository.hooks.implementers("check_settings")

    def check(self, name: str, values: Mapping[str, Any] | None = None) -> list[Problem]:
        """Have a plugin try out its settings, with `values` in place of what is stored; empty when they work.

        It may talk to services outside, and nothing is stored. Raises `Conflict` when the plugin cannot be asked.
        """
        _, schema = self._schema(name)
        if not self.can_be_checked(name):
            raise Conflict(
                f"'{name}' is off; switch it on to have its settings tried out."
                if self._running(name) is None
                else f"'{name}' offers no check of its settings."
            )
        assert schema is not None
        ready = self._validated(name, schema, values or {})
        usable = read_stored(name, schema, self._stored_of(name), self.box).usable
        candidate = {key: value for key, value in {**usable, **ready}.items() if value is not None}
        configured = self.repository.config.plugin.get(name, {})
        together = combination_problems(schema, {**candidate, **split_lists(schema, configured)})
        if together:
            return [Problem(f"{name}.{key}", " ".join(messages)) for key, messages in together.items()]
        settings = effective_settings(name, schema, configured, candidate)
        try:
            found = self.repository.hooks.ask(name, "check_settings", settings=settings)
        except PluginFailure as failure:
            cause = failure.cause
            return [Problem(name, f"The check itself failed: {type(cause).__name__}: {cause}", code="failed")]
        except MunimentError as error:
            return [Problem(name, error.message, code="failed")]
        return [Problem(f"{name}.{item.field}" if item.field else name, item.message, item.code) for item in found]

    # What is there ----------------------------------------------------------------------------------------------------

    def _schema(self, name: str) -> tuple[InstalledPlugin, Schema | None]:
        plugin = self.repository.plugins.known(name)
        try:
            return plugin, schema_of(attempt(name, "loading", plugin.load))
        except PluginFailure as failure:
            raise Conflict(
                f"The settings of '{name}' cannot be read, since it cannot be imported: "
                f"{type(failure.cause).__name__}: {failure.cause}"
            ) from failure

    def _stored_of(self, name: str) -> Mapping[str, Any]:
        with self.database.read() as session:
            return stored_settings(session).get(name, {})

    def _running(self, name: str) -> SimpleNamespace | None:
        for loaded in self.repository.generation.plugins:
            if loaded.name == name:
                return loaded.settings
        return None
