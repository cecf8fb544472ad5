"""Remembers that an instance is being restored, so that it is not served half restored and the restore can go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from muniment.backup.durable import make_folder, write_file
from muniment.errors import ConfigurationError
from muniment.settings.instance import Instance

if TYPE_CHECKING:
    from muniment.backup.manifest import Manifest

NAME: Final = "restoring"


class Marker:
    """The file `var/restoring` with the id of the backup; there from the first row to the last file."""

    def __init__(self, instance: Instance) -> None:
        self.path = instance.var / NAME

    def is_of(self, manifest: Manifest) -> bool:
        """Whether a restore of just this backup was cut off."""
        try:
            return self.path.read_text(encoding="ascii") == manifest.id
        except FileNotFoundError:
            return False

    def set(self, manifest: Manifest) -> None:
        make_folder(self.path.parent)
        write_file(self.path, [manifest.id.encode()])

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)


def refuse_half_restored(instance: Instance) -> None:
    """Raise `ConfigurationError` when a restore of this instance has not ended."""
    if Marker(instance).path.exists():
        raise ConfigurationError(
            f"{instance.path} is being restored, or a restore was cut off. Repeat 'muniment restore' with the same "
            "backup; it goes on where it was."
        )
