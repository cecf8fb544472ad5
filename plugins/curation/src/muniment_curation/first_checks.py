"""The checks that come with the plugin and need nothing but the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from flask_babel import lazy_gettext as _

from muniment.api import NotFound, Repository, compared
from muniment_curation.checks import CheckParameter, CheckSubject, CurationCheck, Finding
from muniment_curation.link_check import LINKS

#: Fields that communities can ask for beyond those that every record needs, with what is said where one is missing.
FIELDS: Final = {
    "description": (_("Description"), "Describe it: the community asks for a description."),
    "rights": (_("Licence"), "Choose a licence: the community asks for one."),
    "subjects": (_("Keywords and subjects"), "Name keywords: the community asks for them."),
    "languages": (_("Languages"), "Name its language: the community asks for it."),
    "version": (_("Version"), "Say which version it is: the community asks for it."),
    "publisher": (_("Publisher"), "Name the publisher: the community asks for it."),
    "contributors": (_("Contributors"), "Name who contributed: the community asks for it."),
    "funding": (_("Funding"), "Say who paid for it: the community asks for it."),
    "dates": (_("Dates"), "Add a date: the community asks for more than that of publication."),
    "related_identifiers": (_("Related works"), "Name related works: the community asks for them."),
    "references": (_("References"), "List what it cites: the community asks for it."),
    "identifiers": (_("Alternate identifiers"), "Add its other identifiers: the community asks for them."),
    "locations": (_("Places"), "Say where it was made: the community asks for it."),
}
#: Of many files with one ending so many are named.
_NAMED: Final = 5


def _required(subject: CheckSubject) -> Iterator[Finding]:
    for name in subject.parameters["fields"]:
        if name in FIELDS and not subject.metadata.get(name):
            yield Finding(FIELDS[name][1], f"metadata.{name}", code="required")


def _licence(subject: CheckSubject) -> Iterator[Finding]:
    allowed = subject.parameters["licences"]
    if not allowed:
        return
    given = subject.entries("rights")
    if not given:
        yield Finding("Choose a licence that this community takes: %(licences)s.", "metadata.rights",
                      {"licences": ", ".join(allowed)})  # fmt: skip
    for place, entry in given:
        if entry.get("id") not in allowed:
            title = entry.get("title") or {}
            name = str(entry.get("id") or (title.get("en") if isinstance(title, Mapping) else title) or "?")
            yield Finding("The licence %(name)s is none that this community takes: %(licences)s.",
                          f"metadata.rights.{place}", {"name": name, "licences": ", ".join(allowed)})  # fmt: skip


def _formats(subject: CheckSubject) -> Iterator[Finding]:
    allowed = tuple(f".{ending.lstrip('.').lower()}" for ending in subject.parameters["endings"])
    if not allowed:
        return
    others = [name for name in subject.files if not name.lower().endswith(allowed)]
    for name in others[:_NAMED]:
        yield Finding("The file %(name)s has no format that this community takes: %(formats)s.", "files",
                      {"name": name, "formats": ", ".join(allowed)})  # fmt: skip
    if len(others) > _NAMED:
        yield Finding("And %(count)s more files.", "files", {"count": len(others) - _NAMED})


def _people(subject: CheckSubject) -> Iterator[Finding]:
    for name in ("creators", "contributors"):
        for place, entry in subject.entries(name):
            person = entry.get("person_or_org")
            person = person if isinstance(person, Mapping) else {}
            schemes = {one.get("scheme") for one in person.get("identifiers") or () if isinstance(one, Mapping)}
            where = f"metadata.{name}.{place}"
            if person.get("type", "personal") == "personal" and "orcid" not in schemes:
                yield Finding("%(name)s has no ORCID iD here.", where, {"name": str(person.get("name", ""))})
            if person.get("type") == "organizational" and "ror" not in schemes:
                yield from _organization(subject.repository, str(person.get("name", "")), where)
            for affiliation in entry.get("affiliations") or ():
                if isinstance(affiliation, Mapping) and not affiliation.get("id"):
                    yield from _organization(subject.repository, str(affiliation.get("name", "")), where)


def _organization(repository: Repository, name: str, where: str) -> Iterator[Finding]:
    """An organization without ROR, with the one of exactly this name that the repository knows."""
    try:
        terms = repository.vocabularies.search("affiliations", suggest=name, size=5).terms if name else []
    except NotFound:
        terms = []
    for term in terms:
        if compared(name) in {compared(title) for title in term.title.values()}:
            yield Finding("Is %(name)s the organization with ROR %(ror)s? Choose it from the suggestions.", where,
                          {"name": name, "ror": term.id})  # fmt: skip
            return
    yield Finding("%(name)s has no ROR here.", where, {"name": name})


def _problem_with_licence(repository: Repository, text: str) -> str | None:
    return None if repository.vocabularies.resolve([("licenses", text)]) else f"There is no licence '{text}'."


def _problem_with_ending(_repository: Repository, text: str) -> str | None:
    ending = text.lstrip(".")
    return None if ending and not set(ending) & set(" /\\*?") else f"'{text}' is no ending of file names, like csv."


def first_checks() -> list[CurationCheck]:
    return [
        CurationCheck(
            "curation-fields",
            _("Required fields"),
            _("Fields that have to be filled in besides those that every record needs."),
            _required,
            (
                CheckParameter(
                    "fields",
                    _("Fields"),
                    default=("description",),
                    choices=tuple((name, label) for name, (label, _told) in FIELDS.items()),
                ),
            ),
            order=10,
        ),
        CurationCheck(
            "curation-licence",
            _("Licence"),
            _("The record has a licence, and it is one of those that are listed here."),
            _licence,
            (
                CheckParameter(
                    "licences",
                    _("Licences"),
                    _("One on each line, by the ids that the API calls them by, like cc-by-4.0."),
                    ("cc-by-4.0", "cc0-1.0"),
                    _problem_with_licence,
                ),
            ),
            order=20,
        ),
        CurationCheck(
            "curation-formats",
            _("File formats"),
            _("All files have one of these endings."),
            _formats,
            (
                CheckParameter(
                    "endings",
                    _("Endings"),
                    _("One on each line, like csv or tar.gz."),
                    ("csv", "json", "pdf", "txt"),
                    _problem_with_ending,
                ),
            ),
            order=30,
        ),
        LINKS,
        CurationCheck(
            "curation-identifiers",
            _("ORCID and ROR"),
            _("People are named with their ORCID iD, organizations with their ROR."),
            _people,
            order=50,
        ),
    ]
