"""What the engine remembers about itself: a secret, and how far it has come."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy.exc import IntegrityError

from muniment.api import Repository, UnitOfWork
from muniment_oaipmh.models import Kept

SECRET: Final = "secret"
#: The last event of the log that was followed, and when.
POSITION: Final = "position"
POSITION_AT: Final = "position_at"
#: Records with numbers up to this were entered since everything has to be looked at; without it all were.
FILLED: Final = "filled"
#: The sets that plugins offered when everything was last looked at.
OFFERED: Final = "offered"


class Memory:
    """Values by name."""

    def __init__(self, repository: Repository) -> None:
        self.database = repository.database

    def get(self, name: str) -> str | None:
        with self.database.read() as session:
            row = session.get(Kept, name)
            return None if row is None else row.value

    def put(self, unit: UnitOfWork, **values: str | None) -> None:
        """Remember values; None forgets one."""
        for name, value in values.items():
            row = unit.session.get(Kept, name)
            if value is None:
                if row is not None:
                    unit.session.delete(row)
            elif row is None:
                unit.session.add(Kept(name=name, value=value))
            else:
                row.value = value

    def secret(self) -> str:
        """A secret of the repository, made when it is first needed."""
        found = self.get(SECRET)
        if found is not None:
            return found
        try:
            with self.database.write() as unit:
                self.put(unit, **{SECRET: secrets.token_hex(32)})
        except IntegrityError:
            pass  # another process was faster
        return self.get(SECRET) or ""
