"""What a plugin adds to a repository, by kind: for operators, and to remember while the plugin is off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from muniment.plugins.settings import schema_of

if TYPE_CHECKING:
    from muniment.plugins.generation import Generation, LoadedPlugin


@dataclass(frozen=True)
class Additions:
    """Names of what a plugin adds. `version` is that of the plugin when it was asked.

    `permissions` are those that its pages ask for, `handlers` follow events, `parts` are the paths of the records'
    JSON that it owns, `personal_data` the labels of what it keeps about people, `formats` are media types of records
    and formats of import.
    """

    version: str = ""
    routes: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    handlers: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    vocabularies: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    sign_in: tuple[str, ...] = ()
    storage: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    personal_data: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()

    def kinds(self) -> dict[str, tuple[str, ...]]:
        """What there is, by kind; kinds of which there is nothing are left out."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "version"}
        return {name: value for name, value in values.items() if value}

    def to_dict(self) -> dict[str, Any]:
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items() if value}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any] | None) -> Additions | None:
        """What was remembered; kinds that this version does not know are left out."""
        if stored is None:
            return None
        known = {field.name for field in fields(cls)} - {"version"}
        kinds = {key: tuple(value) for key, value in stored.items() if key in known}
        return cls(version=str(stored.get("version", "")), **kinds)


Names = Callable[[Any], Iterable[str]]


def _attribute(name: str) -> Names:
    return lambda declared: (str(getattr(declared, name)),)


#: For each kind the hooks by which it comes, and how the names are read from a contribution.
_SOURCES: Mapping[str, Mapping[str, Names]] = {
    "routes": {"register_blueprints": lambda spec: spec.routes},
    "permissions": {"register_blueprints": lambda spec: spec.permissions},
    "jobs": {"register_jobs": _attribute("name")},
    "handlers": {"register_event_handlers": _attribute("name")},
    "fields": {"register_metadata_fields": _attribute("name")},
    "parts": {"register_record_parts": _attribute("path")},
    "vocabularies": {"register_vocabularies": _attribute("name")},
    "identifiers": {"register_identifier_providers": lambda provider: (f"{provider.scheme} ({provider.name})",)},
    "formats": {
        "register_representations": _attribute("media_type"),
        "register_export_formats": _attribute("title"),
        "register_import_formats": _attribute("title"),
    },
    "sign_in": {"register_identity_providers": _attribute("title")},
    "storage": {"register_storage_backends": _attribute("name")},
    "search": {"register_search_backends": _attribute("name")},
    "commands": {"register_commands": _attribute("name")},
    "personal_data": {"privacy_categories": _attribute("label")},
}


def additions_of(plugin: LoadedPlugin, generation: Generation) -> Additions:
    """What a plugin of this generation adds."""
    hooks = generation.hooks
    found = {
        kind: tuple(
            dict.fromkeys(
                name
                for hook, names in sources.items()
                for contribution in hooks.contributions(hook)
                if contribution.plugin == plugin.name
                for name in names(contribution.value)
            )
        )
        for kind, sources in _SOURCES.items()
    }
    schema = schema_of(type(plugin.plugin))
    return Additions(
        version=plugin.installed.version,
        slots=plugin.installed.manifest.slots,
        settings=tuple(schema.fields) if schema is not None else (),
        hooks=tuple(hook for hook in hooks.names if plugin.name in hooks.implementers(hook)),
        **found,
    )
