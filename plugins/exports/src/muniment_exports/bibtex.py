"""BibTeX (and BibLaTeX, which has more types), in UTF-8."""

from __future__ import annotations

import re
import unicodedata

from muniment_exports.work import Agent, Work, date_parts

_TYPES = {
    "publication-article": "article",
    "publication-book": "book",
    "publication-section": "incollection",
    "publication-conferencepaper": "inproceedings",
    "publication-conferenceproceeding": "proceedings",
    "publication-dissertation": "phdthesis",
    "publication-report": "techreport",
    "publication-technicalnote": "techreport",
    "publication-workingpaper": "unpublished",
    "publication-preprint": "unpublished",
    "publication-softwaredocumentation": "manual",
    "dataset": "dataset",
    "software": "software",
    "software-computationalnotebook": "software",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: Every brace and backslash becomes a command, so that braces always match.
_ESCAPES = str.maketrans(
    {
        "\\": r"{\textbackslash}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}", "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", '"': "{''}",
    }
)  # fmt: skip


def write(work: Work) -> bytes:
    """One entry."""
    kind = _TYPES.get(work.kind, "misc")
    lines = [f"@{kind}{{{key(work)},"]
    for name, value in _fields(work, kind).items():
        if value:
            lines.append(f"  {name:<12} = " + (f"{value}," if name == "month" else f"{{{value}}},"))
    return "\n".join([*lines, "}\n"]).encode()


def key(work: Work) -> str:
    """`curie_2026_4711`: first author, year and number, in ASCII."""
    first = work.creators[0] if work.creators else None
    word = (first.family or first.name) if first else ""
    ascii_ = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return "_".join(part for part in (re.sub(r"[^a-z0-9]", "", ascii_.lower()), work.year, work.id) if part)


def _fields(work: Work, kind: str) -> dict[str, str]:
    journal, imprint = work.field("journal:journal"), work.field("imprint:imprint")
    meeting, thesis = work.field("meeting:meeting"), work.field("thesis:thesis")
    dates = date_parts(work.date)
    month = _MONTHS[int(dates[0][1]) - 1] if dates and len(dates[0]) > 1 and 1 <= int(dates[0][1]) <= 12 else ""
    note = "" if kind in ("dataset", "software", "article") else work.kind_title
    texts = {
        "title": work.title,
        "booktitle": str(imprint.get("title") or (meeting.get("title") if kind == "inproceedings" else "") or ""),
        "eventtitle": str(meeting.get("title") or ""),
        "venue": str(meeting.get("place") or ""),
        "year": work.year,
        "publisher": "" if kind == "phdthesis" else work.publisher,
        "school": str(thesis.get("university") or (work.publisher if kind == "phdthesis" else "")),
        "institution": work.publisher if kind == "techreport" else "",
        "journal": str(journal.get("title") or (work.publisher if kind == "article" else "")),
        "volume": str(journal.get("volume") or ""),
        "number": str(journal.get("issue") or ""),
        "pages": str(journal.get("pages") or imprint.get("pages") or ""),
        "issn": str(journal.get("issn") or ""),
        "isbn": str(imprint.get("isbn") or ""),
        "edition": str(imprint.get("edition") or ""),
        "address": str(imprint.get("place") or ""),
        "version": work.version,
        "keywords": ", ".join(text for text, _ in work.subjects),
        "language": ", ".join(work.languages),
        "abstract": work.description,
        "note": note,
    }
    found = {"author": _names(work.creators), "editor": _names(_editors(work))}
    found.update({name: escaped(text) for name, text in texts.items()})
    found.update({"month": month, "doi": _bare(work.doi), "url": _bare(work.address)})
    return found


def _editors(work: Work) -> tuple[Agent, ...]:
    return tuple(agent for agent in work.contributors if agent.role == "editor")


def _names(agents: tuple[Agent, ...]) -> str:
    return " and ".join(map(_name, agents))


def _name(agent: Agent) -> str:
    family, given = escaped(agent.family), escaped(agent.given)
    if not agent.personal or not family:
        return f"{{{escaped(agent.name)}}}"
    if "," in family or " and " in f" {family} ".lower():
        family = f"{{{family}}}"
    if "," in given or " and " in f" {given} ".lower():
        given = f"{{{given}}}"
    return f"{family}, {given}" if given else f"{{{family}}}"


def escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _bare(text: str) -> str:
    """An identifier is copied as it is; braces, which could not be told from those of the field, are written as in
    addresses."""
    return text.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
