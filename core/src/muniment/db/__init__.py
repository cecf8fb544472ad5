"""The database: engines for SQLite and PostgreSQL, the declared writer, the unit of work, migrations."""

from muniment.db.base import Base, not_personal, personal
from muniment.db.engine import Database
from muniment.db.types import JSONDocument, UTCDateTime
from muniment.db.unit_of_work import UnitOfWork

__all__ = ["Base", "Database", "JSONDocument", "UTCDateTime", "UnitOfWork", "not_personal", "personal"]
