"""The settings of the plugins of a generation as people read them, without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.plugins.setting_fields import SettingField

if TYPE_CHECKING:
    from muniment.repository import Repository


def shown_settings(repository: Repository) -> dict[str, list[SettingField]]:
    """Every setting by plugin, with where its value comes from; plugins without settings are left out."""
    return {form.plugin: list(form.fields) for form in repository.plugin_settings.forms()}
