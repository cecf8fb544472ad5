"""Grants out of the dumps of projects: OpenAIRE's graph (JSON lines) and CORDIS (CSV)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from muniment.api import clean_text
from muniment_openaire.dumps import Entry
from muniment_openaire.entries import MAX_ID, MAX_NAME, MAX_TEXT, AwardEntry
from muniment_openaire.storing import LoadReport

#: Finds the ROR id of a funder that is named by an identifier or by its name.
FindFunder = Callable[[str], str | None]

EUROPEAN_COMMISSION: Final = "00k4n6c32"

#: Funders by the beginning of OpenAIRE's ids of projects (``40|corda__h2020::…``), and by their short names.
_BY_PREFIX: Final = {
    "aka": "05k73zm37",
    "anr": "00rbzpz17",
    "arc": "05mmh0f86",
    "cihr": "01gavpb45",
    "corda": EUROPEAN_COMMISSION,
    "dfg": "018mejw64",
    "ec": EUROPEAN_COMMISSION,
    "fct": "00snfqn58",
    "fwf": "013tf3c58",
    "nhmrc": "011kf5r70",
    "nih": "01cwqze88",
    "nserc": "01h531d29",
    "nsf": "021nxhr62",
    "nwo": "04jsz6e67",
    "snsf": "00yjd3n13",
    "sshrc": "04j5jqy92",
    "tubitak": "04w9kkr77",
    "ukri": "001aqnf71",
    "wt": "029chgv08",
}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_NO_TITLE: Final = ("unidentified", "untitled")
_NO_NUMBER: Final = ("", "unidentified", "null")


def awards(entries: Iterable[Entry], find: FindFunder, report: LoadReport) -> Iterator[AwardEntry]:
    """The grants of a dump. Projects without a number, or of a funder that is not known, are counted in `report`."""
    for place, value in entries:
        try:
            found = _award(value, find) if value else "not a JSON object"
        except (AttributeError, TypeError, ValueError, KeyError):
            found = "not a project as OpenAIRE or CORDIS describe it"
        if isinstance(found, str):
            report.refuse(f"{place}: {found}")
        else:
            yield found


def _award(value: Mapping[str, Any], find: FindFunder) -> AwardEntry | str:
    is_cordis = "code" not in value and ("frameworkProgramme" in value or "legalBasis" in value)
    number = _text(value["id"] if is_cordis else value.get("code"))
    if number.lower() in _NO_NUMBER:
        return "no number of a grant"
    if not re.fullmatch(r"[^\s/\\\x00-\x1f]+", number):
        number = re.sub(r"[\s/\\\x00-\x1f]+", "_", number)
    funder = EUROPEAN_COMMISSION if is_cordis else _funder(value, find)
    if funder is None:
        return f"the funder of {number} is not among the funders here ({_funder_name(value) or 'not named'})"
    if len(number) + len(funder) + 2 > MAX_ID or len(number) > MAX_NAME:
        return f"the number {number[:40]}… is too long"
    title = _text(value.get("title"))
    return AwardEntry(
        funder=funder,
        number=number,
        title="" if title.lower() in _NO_TITLE else title[:MAX_TEXT],
        acronym=_text(value.get("acronym"))[:MAX_NAME],
        program=(_text(value.get("frameworkProgramme")) if is_cordis else _program(value))[:MAX_NAME],
        details=_cordis_details(value, number) if is_cordis else _graph_details(value, funder, number),
    )


def _funding(value: Mapping[str, Any]) -> Mapping[str, Any]:
    found = value.get("funding") or value.get("fundings") or ()
    first: Any = next(iter(found), {}) if isinstance(found, list | tuple) else found
    return first if isinstance(first, Mapping) else {}


def _funder_name(value: Mapping[str, Any]) -> str:
    funding = _funding(value)
    return _text(funding.get("name") or funding.get("shortName"))


def _funder(value: Mapping[str, Any], find: FindFunder) -> str | None:
    prefix = _text(value.get("id")).rpartition("|")[2].partition("::")[0].partition("_")[0].lower()
    if prefix in _BY_PREFIX:
        return _BY_PREFIX[prefix]
    name = _funder_name(value)
    return (find(name) if name else None) or _BY_PREFIX.get(_text(_funding(value).get("shortName")).lower())


def _program(value: Mapping[str, Any]) -> str:
    """``EC::H2020::RIA`` is the programme H2020."""
    stream = _funding(value).get("funding_stream") or _funding(value).get("fundingStream") or {}
    parts = _text(stream.get("id")).split("::")
    return parts[1] if len(parts) > 1 else parts[0]


def _graph_details(value: Mapping[str, Any], funder: str, number: str) -> dict[str, Any]:
    page = _text(value.get("websiteurl") or value.get("websiteUrl"))
    identifiers = [("url", page)] if page.startswith(("http://", "https://")) else []
    if funder == EUROPEAN_COMMISSION and number.isdigit():
        identifiers.append(("doi", f"10.3030/{number}"))
    subjects = value.get("subject") or value.get("subjects") or ()
    return _details(
        identifiers,
        start_date=value.get("startdate") or value.get("startDate"),
        end_date=value.get("enddate") or value.get("endDate"),
        description=value.get("summary"),
        subjects=[{"subject": _text(subject)} for subject in subjects if _text(subject)],
    )


def _cordis_details(value: Mapping[str, Any], number: str) -> dict[str, Any]:
    doi = _text(value.get("grantDoi")) or f"10.3030/{number}"
    return _details(
        [("url", f"https://cordis.europa.eu/project/id/{number}"), ("doi", doi)],
        start_date=value.get("startDate"),
        end_date=value.get("endDate"),
        description=value.get("objective"),
        subjects=[],
    )


def _details(
    identifiers: list[tuple[str, str]],
    *,
    start_date: Any,
    end_date: Any,
    description: Any,
    subjects: list[dict[str, str]],
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "identifiers": [{"scheme": scheme, "identifier": value} for scheme, value in identifiers],
        "start_date": _day(start_date),
        "end_date": _day(end_date),
        "description": _text(description)[:MAX_TEXT],
        "subjects": subjects[:50],
    }
    return {key: item for key, item in found.items() if item}


def _day(value: Any) -> str:
    found = _DAY.match(_text(value))
    return found.group() if found else ""


def _text(value: Any) -> str:
    """A text on one line, as metadata hold it; anything else is none."""
    return " ".join(clean_text(str(value)).split()) if isinstance(value, str | int) else ""
