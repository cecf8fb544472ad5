"""The codes themselves: those of an app (RFC 6238) and those for recovery."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from typing import Final

#: Seconds for which a code of an app counts; one before and one after are taken too, for clocks that differ.
STEP: Final = 30
RECOVERY_CODES: Final = 10


def new_app_secret() -> str:
    import pyotp

    return pyotp.random_base32()


def app_address(secret: str, account: str, site: str) -> str:
    """What the picture for the app says."""
    import pyotp

    return str(pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=site))


def picture(address: str) -> str:
    """The QR code as an address that a page can show by itself."""
    import segno

    # With a light ground of its own, so that cameras read it on dark pages too.
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff"))


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The stretch of time whose code this is, if it is one that counts now."""
    import pyotp

    current = int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    found = None
    for step in (current - 1, current, current + 1):
        if hmac.compare_digest(totp.at(step * STEP).encode(), code.encode()):
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Codes of 80 random bits, in four groups that can be read aloud."""
    return [_grouped(base64.b32encode(secrets.token_bytes(10)).decode().lower()) for _ in range(RECOVERY_CODES)]


def normalized(code: str) -> str:
    """What somebody typed, without what only helps reading."""
    return "".join(code.split()).replace("-", "").lower()


def _grouped(text: str) -> str:
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
