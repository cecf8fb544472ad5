"""The keys that sign ID tokens: made when first needed, replaced by age or on demand, published for a while longer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select

from muniment.api import SYSTEM, Actor, SecretBox, UnitOfWork
from muniment_oauth_server.models import SigningKey

if TYPE_CHECKING:
    from muniment.api import Repository

ALGORITHM: Final = "RS256"
#: ID tokens live for an hour; clients may keep the list of keys for a day.
PUBLISHED: Final = timedelta(days=2)
_BITS: Final = 2048


class SigningKeys:
    """The keys of a repository."""

    def __init__(self, repository: Repository, settings: Any) -> None:
        self.repository = repository
        self.settings = settings
        self._box = SecretBox(repository.instance.secret_key)

    def current(self) -> dict[str, Any]:
        """The private key that signs now, as a JSON web key; made when there is none."""
        row = self._signing()
        if row is None:
            self.rotate(SYSTEM, unless_there=True)
            row = self._signing()
        assert row is not None
        return {**self._box.decrypt(row.private, _place(row.kid)), "kid": row.kid}

    def published(self) -> dict[str, Any]:
        """The public keys with which clients check ID tokens (RFC 7517)."""
        if self._signing() is None:
            self.rotate(SYSTEM, unless_there=True)
        with self.repository.database.read() as session:
            rows = session.execute(select(SigningKey).order_by(SigningKey.id.desc())).scalars().all()
        return {"keys": [row.public for row in rows]}

    def rotate(self, actor: Actor, *, at_once: bool = False, unless_there: bool = False) -> None:
        """Sign with another key from now on. `at_once` also takes the older ones out of the list, so that nothing that
        they signed is believed any more: for a key that somebody has seen."""
        kid, private, public = _made()
        with self.repository.database.write() as unit:
            rows = unit.session.execute(select(SigningKey)).scalars().all()
            if unless_there and any(row.retired is None for row in rows):
                return
            for row in rows:
                row.retired = row.retired or unit.now
                if at_once:
                    unit.session.delete(row)
            sealed = self._box.encrypt(private, _place(kid))
            unit.session.add(SigningKey(kid=kid, private=sealed, public=public, created=unit.now))
            unit.audit("oauth_server.rotate_key", f"key:{kid[:12]}", actor, at_once=at_once)

    def tend(self) -> str:
        """What the daily job does: replace a key that is old, forget those that no client needs."""
        row = self._signing()
        old = row is not None and self.repository.now() - row.created >= timedelta(days=self.settings.key_days)
        if old:
            self.rotate(SYSTEM)
        with self.repository.database.write() as unit:
            forgotten = _forget(unit)
        return f"{'a new key; ' if old else ''}{forgotten} keys forgotten"

    def _signing(self) -> SigningKey | None:
        statement = select(SigningKey).where(SigningKey.retired.is_(None)).order_by(SigningKey.id.desc()).limit(1)
        with self.repository.database.read() as session:
            return session.execute(statement).scalar_one_or_none()


def _forget(unit: UnitOfWork) -> int:
    gone = unit.session.execute(delete(SigningKey).where(SigningKey.retired < unit.now - PUBLISHED))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _made() -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A fresh key: its name (RFC 7638), the private and the public half."""
    from joserfc.jwk import RSAKey

    key = RSAKey.generate_key(_BITS)
    kid = key.thumbprint()
    public = {**key.as_dict(private=False), "kid": kid, "use": "sig", "alg": ALGORITHM}
    return kid, key.as_dict(private=True), public


def _place(kid: str) -> str:
    return f"oauth-server:{kid}"
