"""Calls every build hook once, so that a plugin that fails in one is found before it serves anybody."""

from __future__ import annotations

from muniment.hooks.caller import Hooks, PluginFailure
from muniment.users.scopes import CORE_SCOPES


def call_build_hooks(hooks: Hooks) -> None:
    """Call all hooks of the kind `collect` that are called at build and take no arguments.

    Those that plugins declare are left to them. Raises `PluginFailure` for the first plugin that raises, or that offers
    a name another one has taken.
    """
    for name in hooks.names:
        meta = hooks.meta(name)
        if meta.when == "build" and meta.kind == "collect" and name not in hooks.owners:
            _refuse_duplicates(name, hooks)


#: What makes a contribution unique, by hook; hooks that are not here allow any.
_UNIQUE = {
    "register_event_handlers": ("name",),
    "register_jobs": ("name",),
    "register_metadata_fields": ("name",),
    "register_vocabularies": ("name",),
    "register_record_parts": ("path",),
    "register_identifier_providers": ("scheme", "name"),
    "register_facets": ("name",),
    "register_import_formats": ("name",),
    "register_export_formats": ("name",),
    "register_representations": ("media_type",),
    "register_storage_backends": ("name",),
    "register_identity_providers": ("name",),
    "register_scopes": ("name",),
    "privacy_categories": ("id",),
}


def _refuse_duplicates(name: str, hooks: Hooks) -> None:
    owners: dict[tuple[object, ...], str] = dict.fromkeys(_of_the_core(name), "core")
    for contribution in hooks.contributions(name):
        attributes = _UNIQUE.get(name)
        if attributes is None:
            continue
        try:
            key = tuple(getattr(contribution.value, attribute) for attribute in attributes)
        except AttributeError as error:
            raise PluginFailure(contribution.plugin, name, error) from error
        if key in owners:
            shown = ", ".join(str(part) for part in key)
            raise PluginFailure(
                contribution.plugin,
                name,
                ValueError(f"'{shown}' belongs to {_called(owners[key])} already"),
            )
        owners[key] = contribution.plugin


def _of_the_core(name: str) -> list[tuple[object, ...]]:
    """What the core offers itself under a hook, by which two are compared."""
    return [(scope.name,) for scope in CORE_SCOPES] if name == "register_scopes" else []


def _called(owner: str) -> str:
    return "the core" if owner == "core" else f"the plugin '{owner}'"
