"""The built-in plugin `local-storage`: the storage backend ``local``."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from muniment.builtin.local_storage.storage import LocalStorage
from muniment.files.jobs import file_jobs
from muniment.files.storage import Storage, StorageBackendSpec
from muniment.hooks.meta import implements
from muniment.jobs.declarations import Job
from muniment.plugins.context import PluginContext


class Plugin:
    """Offers the local disk as a storage backend."""

    class Settings(Schema):
        path = fields.String(
            load_default="var/files",
            validate=validate.Length(min=1),
            metadata={"help": "Folder of the stored files; a relative one starts at the instance folder."},
        )

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def register_storage_backends(self) -> list[StorageBackendSpec]:
        return [StorageBackendSpec(name="local", factory=self._open)]

    @implements
    def register_jobs(self) -> list[Job]:
        return file_jobs()

    def _open(self) -> Storage:
        instance = self.context.repository.instance
        return LocalStorage(
            instance.resolve(self.context.settings.path),
            min_free_bytes=instance.config.files.min_free_bytes,
            accel=instance.config.server.accel,
        )

    @implements
    def privacy_none(self) -> str:
        return "Keeps bytes under random keys; what they belong to is known to the core only."
