"""Tries out whether DataCite knows the account, takes its password, and has given it the prefix."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from muniment.api import Problem, RetryLater
from muniment_datacite.transport import Answer, HTTPTransport


def check_account(settings: SimpleNamespace) -> list[Problem]:
    """What does not work; nothing in test mode, which talks to nobody."""
    if settings.test_mode:
        return []
    transport = HTTPTransport(settings.api_url, settings.username, settings.password)
    try:
        answer = transport.send("GET", f"/repositories/{quote(settings.username.lower(), safe='')}")
    except RetryLater as error:
        return [Problem("api_url", f"{error}. Check the address, and whether this server may reach it.")]
    if answer.status in (401, 403):
        return [Problem("password", "DataCite does not take this account with this password.")]
    if answer.status == 404:
        return [Problem("username", f"DataCite knows no repository account '{settings.username}'.")]
    if answer.status != 200:
        return [Problem("api_url", f"DataCite answered with status {answer.status}; try again later.")]
    return _check_prefixes(answer, settings)


def _check_prefixes(answer: Answer, settings: SimpleNamespace) -> list[Problem]:
    given = _prefixes(answer)
    if not given:
        return []
    told = f"DataCite gave this account {', '.join(given)}, not"
    found = [] if settings.prefix in given else [Problem("prefix", f"{told} {settings.prefix}.")]
    further = [prefix for prefix in settings.further_prefixes if prefix not in given]
    return found + [Problem("further_prefixes", f"{told} {prefix}.") for prefix in further]


def _prefixes(answer: Answer) -> list[str]:
    """The prefixes of the account, as far as the answer names them."""
    data: Any = answer.body.get("data")
    relationships = data.get("relationships", {}) if isinstance(data, dict) else {}
    entries = relationships.get("prefixes", {}).get("data", []) if isinstance(relationships, dict) else []
    return [str(entry["id"]) for entry in entries if isinstance(entry, dict) and "id" in entry]
