"""Every table of the core, imported once so that the metadata is complete."""

from __future__ import annotations

from muniment.audit import models as audit
from muniment.db.base import Base
from muniment.events import models as events
from muniment.files import models as files
from muniment.jobs import models as jobs
from muniment.plugins import models as plugins
from muniment.privacy import models as privacy
from muniment.records import importing_models as record_imports
from muniment.records import models as records
from muniment.users import models as users
from muniment.vocabularies import models as vocabularies

__all__ = [
    "Base",
    "audit",
    "events",
    "files",
    "jobs",
    "plugins",
    "privacy",
    "record_imports",
    "records",
    "users",
    "vocabularies",
]
