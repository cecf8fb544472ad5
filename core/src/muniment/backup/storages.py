"""Opens the storage backends of an instance, also of one whose tables wait for an upgrade."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from muniment.builtin.local_storage.storage import LocalStorage
from muniment.db.engine import Database
from muniment.db.revisions import CORE, status
from muniment.files.storage import Storage
from muniment.plugins.models import PluginSetting
from muniment.repository import Repository
from muniment.settings.instance import Instance

_LOCAL = "local-storage"


def open_storages(instance: Instance, database: Database) -> Mapping[str, Storage]:
    """The backends by name.

    Before the tables are upgraded no plugin can run: then only the local disk is there, and what other backends hold is
    reported as missing from the backup.
    """
    if not status(database, CORE).is_current:
        return {"local": LocalStorage(instance.resolve(_local_path(instance, database)))}
    repository = Repository(instance, database=database)
    storages = repository.files.storages
    return {name: storages.named(name) for name in storages.names}


def _local_path(instance: Instance, database: Database) -> str:
    configured = instance.config.plugin.get(_LOCAL, {}).get("path")
    if configured:
        return str(configured)
    with database.read() as session:
        statement = select(PluginSetting.value).where(PluginSetting.plugin == _LOCAL, PluginSetting.key == "path")
        return str(session.execute(statement).scalar_one_or_none() or "var/files")
