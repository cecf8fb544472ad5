"""A domain of e-mail addresses as operators see it, and what is wrong with what they say about one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from muniment.errors import Problem
from muniment.users.email_addresses import comparable_domain

#: What holds for addresses of a domain, with the numbers that InvenioRDM gives them: nothing of its own, accounts wait
#: for approval, accounts are vouched for, no accounts.
STATUSES: Final[Mapping[str, int]] = {"new": 1, "moderated": 2, "verified": 3, "blocked": 4}
_NAMES: Final = {number: name for name, number in STATUSES.items()}
_LONGEST: Final = {"category": 80, "flagged_source": 255}
_MOST_ORGANISATIONS: Final = 20


@dataclass(frozen=True)
class DomainInput:
    """What somebody says about a domain. `org` are organisations: `pid`, `name` and `props` of each."""

    status: str = "new"
    category: str = ""
    flagged: bool = False
    flagged_source: str = ""
    org: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Domain(DomainInput):
    """A domain: one that somebody has said something about, or that accounts have (without `created`).

    `accounts` counts them: ``users``, ``active``, ``inactive``, ``confirmed``, ``verified`` and ``blocked``.
    """

    name: str = ""
    revision: int = 0
    created: datetime | None = None
    updated: datetime | None = None
    accounts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DomainPage:
    """One page of domains, and how many there are."""

    domains: list[Domain]
    total: int
    page: int
    size: int
    sort: str


def check_name(value: object) -> tuple[str, list[Problem]]:
    """The form of a domain's name in which it is stored and compared, and what is wrong with it."""
    if not isinstance(value, str) or not value.strip():
        return "", [Problem("domain", "Missing data for required field.", code="required")]
    name = comparable_domain(value.strip().removeprefix("@").rstrip("."))
    return name or "", [] if name else [Problem("domain", "Not a domain name.")]


def check_input(data: Mapping[str, Any]) -> tuple[DomainInput, list[Problem]]:
    """What `data`, in the form of the REST API, says about a domain, and everything that is wrong with it."""
    problems: list[Problem] = []
    texts = {name: _text(data, name, longest, problems) for name, longest in _LONGEST.items()}
    if "category" not in data or not texts["category"]:
        texts["category"] = _text(data, "category_name", _LONGEST["category"], problems)
    flagged = data.get("flagged", False)
    if not isinstance(flagged, bool):
        problems.append(Problem("flagged", "Not a valid boolean."))
    found = DomainInput(
        status=_status(data, problems),
        category=texts["category"],
        flagged=flagged is True,
        flagged_source=texts["flagged_source"],
        org=_organisations(data.get("org"), problems),
    )
    return found, problems


def _status(data: Mapping[str, Any], problems: list[Problem]) -> str:
    value = data.get("status_name", data.get("status", "new"))
    name = _NAMES.get(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(name, str) or name not in STATUSES:
        problems.append(Problem("status", f"Must be one of: {', '.join(STATUSES)}."))
        return "new"
    return name


def _text(data: Mapping[str, Any], name: str, longest: int, problems: list[Problem]) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest or any(not character.isprintable() for character in value):
        problems.append(Problem(name, f"Must be a text of at most {longest} characters on one line."))
        return ""
    return value.strip()


def _organisations(value: object, problems: list[Problem]) -> tuple[Mapping[str, Any], ...]:
    """As InvenioRDM has them: each with `pid` and `name`, and maybe `props` of texts."""
    if value in (None, "", []):
        return ()
    if not isinstance(value, list) or len(value) > _MOST_ORGANISATIONS:
        problems.append(Problem("org", f"Must be a list of at most {_MOST_ORGANISATIONS} organisations."))
        return ()
    kept = []
    for number, item in enumerate(value):
        if not isinstance(item, Mapping):
            problems.append(Problem(f"org.{number}", "Invalid input type."))
            continue
        for name in ("pid", "name"):
            if not isinstance(item.get(name), str) or not 0 < len(item[name]) <= 255:
                problems.append(Problem(f"org.{number}.{name}", "Must be a text of 1 to 255 characters."))
        props = item.get("props") or {}
        if not isinstance(props, Mapping) or not all(
            isinstance(text, str) and len(text) <= 255 and len(name) <= 80 for name, text in props.items()
        ):
            problems.append(Problem(f"org.{number}.props", "Must be texts of at most 255 characters by name."))
        kept.append({"pid": item.get("pid"), "name": item.get("name"), "props": props})
    return tuple(kept)
