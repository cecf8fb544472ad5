"""Calls every build hook once, so that a plugin that fails in one is found before it serves anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from muniment.hooks.caller import Hooks, PluginFailure


def call_build_hooks(hooks: Hooks, own: Mapping[str, Iterable[str]] | None = None) -> None:
    """Call all hooks of the kind `collect` that are called at build and take no arguments.

    Those that plugins declare are left to them. `own` are the names that the core itself offers, by hook. Raises
    `PluginFailure` for the first plugin that raises, or that offers a name another one or the core has taken.
    """
    for name in hooks.names:
        meta = hooks.meta(name)
        if meta.when == "build" and meta.kind == "collect" and name not in hooks.owners:
            _refuse_duplicates(name, hooks, (own or {}).get(name, ()))


#: What makes a contribution unique, by hook; hooks that are not here allow any.
_UNIQUE = {
    "register_event_handlers": ("name",),
    "register_jobs": ("name",),
    "register_metadata_fields": ("name",),
    "register_vocabularies": ("name",),
    "register_record_parts": ("path",),
    "register_json_links": ("name",),
    "register_identifier_providers": ("scheme", "name"),
    "register_facets": ("name",),
    "register_import_formats": ("name",),
    "register_export_formats": ("name",),
    "register_representations": ("media_type",),
    "register_storage_backends": ("name",),
    "register_search_backends": ("name",),
    "register_identity_providers": ("name",),
    "register_scopes": ("name",),
    "register_notification_types": ("id",),
    "privacy_categories": ("id",),
}


def _refuse_duplicates(name: str, hooks: Hooks, own: Iterable[str]) -> None:
    owners: dict[tuple[object, ...], str] = dict.fromkeys(((name,) for name in own), "core")
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


def _called(owner: str) -> str:
    return "the core" if owner == "core" else f"the plugin '{owner}'"
