"""What the documentation says of limits is what holds."""

from __future__ import annotations

from pathlib import Path

from muniment.settings.config import Rates
from muniment.users import throttle

TEXT = " ".join((Path(__file__).parent.parent / "docs" / "rest.md").read_text(encoding="utf-8").split())


def test_the_limits_on_requests() -> None:
    rates = Rates()
    said = (
        f"may send {rates.guest_minute} requests in a minute and {rates.guest_hour:,} in an hour, "
        f"each signed-in person {rates.user_minute:,} and {rates.user_hour:,}"
    )
    assert said in TEXT


def test_the_limits_on_guessing_and_on_messages() -> None:
    def counts(limits: tuple[throttle.Limit, ...]) -> tuple[int, int]:
        short, long = limits
        return short.count, long.count

    said = (
        "failed sign-ins to one account, {} in a minute and {} in a day, and from one address, {} and {}; "
        "messages to one account that strangers can cause (reset, confirmation), {} in an hour and {} in a day, "
        "and from one address, {} in a minute and {} in a day; "
        "new accounts from one address, {} in a minute and {} in a day."
    ).format(
        *counts(throttle.SIGN_IN_ACCOUNT),
        *counts(throttle.SIGN_IN_ADDRESS),
        *counts(throttle.MAIL_ACCOUNT),
        *counts(throttle.MAIL_ADDRESS),
        *counts(throttle.REGISTER_ADDRESS),
    )
    assert said in TEXT
