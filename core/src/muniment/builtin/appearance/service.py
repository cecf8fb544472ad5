"""Changing the look: the settings of the plugin, and the logos that they name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select

from muniment.access.actor import Actor
from muniment.builtin.appearance.drawings import cleaned
from muniment.builtin.appearance.models import LogoRow
from muniment.errors import NotFound
from muniment.plugins.setting_fields import SettingField

if TYPE_CHECKING:
    from muniment.db.unit_of_work import UnitOfWork
    from muniment.repository import Repository

PLUGIN: Final = "appearance"
#: Where logos are sent from.
ADDRESS: Final = "/logo"
#: Logos that stay after others took their place.
SPARE: Final = 10
MEDIA_TYPES: Final = {"svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True)
class Logo:
    """A stored logo."""

    media_type: str
    content: bytes


class AppearanceService:
    """The look of the site, as operators change it."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    def fields(self) -> dict[str, SettingField]:
        """The settings by name, as they are now."""
        return {item.key: item for item in self.repository.plugin_settings.form(PLUGIN).fields}

    def change(self, actor: Actor, values: Mapping[str, Any], logos: Mapping[str, bytes]) -> None:
        """Set what differs from what holds now; None goes back to the configuration. `logos` are files by setting.

        Raises `ValidationFailed` that names the controls; then nothing was changed.
        """
        shown = self.fields()
        chosen = {key: value for key, value in values.items() if shown[key].value != value}
        for key, value in values.items():
            if value == shown[key].default and shown[key].origin == "database":
                chosen[key] = None
        found = {key: _named(*cleaned(content, key)) for key, content in logos.items()}
        chosen |= {key: f"{ADDRESS}/{name}" for key, (name, _) in found.items()}
        drawings = dict(found.values())
        self.repository.plugin_settings.change(PLUGIN, chosen, actor, along=lambda unit: _keep(unit, drawings))
        self._sweep()

    def logo(self, name: str) -> Logo:
        """A logo by the last part of its address; raises `NotFound`."""
        with self.database.read() as session:
            row = session.get(LogoRow, name)
            if row is None:
                raise NotFound("There is no such logo.")
            return Logo(row.media_type, row.content)

    def _sweep(self) -> None:
        """Forget old logos that nothing names; the last ones stay, since pages that are being read still show them."""
        used = {str(item.value).rpartition("/")[2] for key, item in self.fields().items() if key.startswith("logo")}
        with self.database.write() as unit:
            newest_first = select(LogoRow.name).order_by(LogoRow.uploaded.desc(), LogoRow.name)
            spare = [name for name in unit.session.execute(newest_first).scalars() if name not in used][SPARE:]
            unit.session.execute(delete(LogoRow).where(LogoRow.name.in_(spare)))


def _named(content: bytes, ending: str) -> tuple[str, bytes]:
    """A logo with the name that follows from what is in it."""
    return f"{hashlib.sha256(content).hexdigest()[:32]}.{ending}", content


def _keep(unit: UnitOfWork, logos: Mapping[str, bytes]) -> None:
    """Store logos that are not there yet, by their names."""
    for name, content in logos.items():
        if unit.session.get(LogoRow, name) is None:
            media_type = MEDIA_TYPES[name.rpartition(".")[2]]
            unit.session.add(LogoRow(name=name, media_type=media_type, content=content, uploaded=unit.now))
