"""Passkeys and security keys (WebAuthn level 3): added to an account, and used as the second step.

A challenge is sealed into the page and stored nowhere. It counts for five minutes, for the one account, and not again:
a key remembers when the challenge was made that it answered last, and takes newer ones only.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from sqlalchemy import select

from muniment.api import CannotDecrypt, NotFound, Problem, SecretBox, UnitOfWork, ValidationFailed
from muniment_mfa.models import Passkey

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from muniment.api import Repository

PASSKEY: Final = "passkey"
LIFETIME: Final = timedelta(minutes=5)
MOST: Final = 20
LONGEST_NAME: Final = 100
TOO_LATE: Final = "This took too long, or was used already. Try again."
NOT_THIS: Final = "This key could not be checked. Try again, or use a code."
TOO_MANY: Final = "An account has at most 20 keys; remove one first."
KNOWN: Final = "This key is connected already."


@dataclass(frozen=True)
class Place:
    """Where keys are asked for: the site as browsers know it. Keys are bound to its host name."""

    host: str
    origin: str

    @classmethod
    def of(cls, repository: Repository, address: str) -> Place | None:
        """The place of a request to `address`; None below another name of the site, where keys do not count."""
        site = urlsplit(repository.config.site.url).hostname or ""
        asked = urlsplit(address)
        return cls(site, f"{asked.scheme}://{asked.netloc}") if asked.hostname == site else None


@dataclass(frozen=True)
class Question:
    """What a page asks a key: `options` for the browser, and the sealed challenge that comes back with the form."""

    options: str
    sealed: str


class Passkeys:
    """The keys of the accounts of a repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    def of(self, user_id: int) -> list[Passkey]:
        """The keys of an account, in the order in which they were added."""
        with self.database.read() as session:
            return list(_keys(session, user_id))

    def ask_for_new(self, user_id: int, place: Place) -> Question:
        """What a browser needs to make a key for this account."""
        from webauthn import generate_registration_options, options_to_json
        from webauthn.helpers.structs import (
            AuthenticatorSelectionCriteria,
            PublicKeyCredentialDescriptor,
            UserVerificationRequirement,
        )

        user = self.repository.users.get(user_id)
        challenge, sealed = self._challenge("add", user_id)
        options = generate_registration_options(
            rp_id=place.host,
            rp_name=self.repository.config.site.name,
            user_id=str(user_id).encode(),
            user_name=user.email,
            user_display_name=user.display_name or user.email,
            challenge=challenge,
            exclude_credentials=[PublicKeyCredentialDescriptor(_bytes(key.credential_id)) for key in self.of(user_id)],
            authenticator_selection=AuthenticatorSelectionCriteria(
                user_verification=UserVerificationRequirement.PREFERRED
            ),
        )
        return Question(options_to_json(options), sealed)

    def add(self, unit: UnitOfWork, user_id: int, place: Place, answer: str, sealed: str, name: str) -> None:
        """Connect the key that answered. Raises `ValidationFailed`."""
        from webauthn import verify_registration_response
        from webauthn.helpers.exceptions import WebAuthnException

        challenge, _made = self._opened("add", user_id, sealed)
        present = list(_keys(unit.session, user_id))
        if len(present) >= MOST:
            raise _refused(TOO_MANY)
        try:
            verified = verify_registration_response(
                credential=_parsed(answer),
                expected_challenge=challenge,
                expected_rp_id=place.host,
                expected_origin=place.origin,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise _refused(NOT_THIS) from error
        identifier = _text(verified.credential_id)
        if unit.session.execute(select(Passkey.id).where(Passkey.credential_id == identifier)).first():
            raise _refused(KNOWN)
        unit.session.add(
            Passkey(
                user_id=user_id,
                credential_id=identifier,
                public_key=_text(verified.credential_public_key),
                sign_count=verified.sign_count,
                name=" ".join(name.split())[:LONGEST_NAME] or f"{len(present) + 1}",
                created=unit.now,
            )
        )

    def ask(self, user_id: int, place: Place) -> Question | None:
        """What a browser needs to use one of the account's keys; None when it has none."""
        from webauthn import generate_authentication_options, options_to_json
        from webauthn.helpers.structs import PublicKeyCredentialDescriptor

        keys = self.of(user_id)
        if not keys:
            return None
        challenge, sealed = self._challenge("use", user_id)
        options = generate_authentication_options(
            rp_id=place.host,
            challenge=challenge,
            allow_credentials=[PublicKeyCredentialDescriptor(_bytes(key.credential_id)) for key in keys],
        )
        return Question(options_to_json(options), sealed)

    def use(self, unit: UnitOfWork, user_id: int, place: Place, answer: str, sealed: str) -> None:
        """Take the answer of a key of this account as proof. Raises `ValidationFailed`."""
        from webauthn import verify_authentication_response
        from webauthn.helpers.exceptions import WebAuthnException

        challenge, made = self._opened("use", user_id, sealed)
        sent = _parsed(answer)
        statement = select(Passkey).where(Passkey.user_id == user_id, Passkey.credential_id == sent.get("id"))
        key = unit.session.execute(statement.with_for_update()).scalar_one_or_none()
        if key is None:
            raise _refused(NOT_THIS)
        if key.asked is not None and made <= key.asked:
            raise _refused(TOO_LATE)
        try:
            verified = verify_authentication_response(
                credential=sent,
                expected_challenge=challenge,
                expected_rp_id=place.host,
                expected_origin=place.origin,
                credential_public_key=_bytes(key.public_key),
                credential_current_sign_count=key.sign_count,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise _refused(NOT_THIS) from error
        key.sign_count, key.asked, key.used = verified.new_sign_count, made, unit.now

    def remove(self, unit: UnitOfWork, user_id: int, number: int) -> None:
        """Take a key from an account; raises `NotFound`."""
        key = unit.session.get(Passkey, number)
        if key is None or key.user_id != user_id:
            raise NotFound("There is no such key.")
        unit.session.delete(key)
        unit.session.flush()

    @property
    def _box(self) -> SecretBox:
        return SecretBox(self.repository.instance.secret_key)

    def _challenge(self, purpose: str, user_id: int) -> tuple[bytes, str]:
        challenge = secrets.token_bytes(32)
        made = self.repository.now().isoformat()
        sealed = self._box.encrypt([_text(challenge), made], f"mfa:passkey:{purpose}:{user_id}")
        return challenge, f"{sealed['encrypted']}.{sealed['key']}"

    def _opened(self, purpose: str, user_id: int, sealed: str) -> tuple[bytes, datetime]:
        encrypted, _, key = sealed.partition(".")
        try:
            values = self._box.decrypt({"encrypted": encrypted, "key": key}, f"mfa:passkey:{purpose}:{user_id}")
        except CannotDecrypt as error:
            raise _refused(TOO_LATE) from error
        made = datetime.fromisoformat(values[1])
        if self.repository.now() - made > LIFETIME:
            raise _refused(TOO_LATE)
        return _bytes(values[0]), made


def _keys(session: Session, user_id: int) -> Any:
    return session.execute(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)).scalars()


def _parsed(answer: str) -> dict[str, Any]:
    try:
        sent = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise _refused(NOT_THIS) from error
    if not isinstance(sent, dict) or not isinstance(sent.get("id"), str):
        raise _refused(NOT_THIS)
    return sent


def _text(value: bytes) -> str:
    """Base64 for addresses, without padding, as WebAuthn writes bytes."""
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _refused(message: str) -> ValidationFailed:
    return ValidationFailed(errors=[Problem("passkey", message, code="wrong")])
