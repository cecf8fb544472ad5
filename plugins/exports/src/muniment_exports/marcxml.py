"""MARC 21 as XML, with the fields that Zenodo uses where they fit the schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from muniment.api import HarvestForm
from muniment_exports.markup import add, root, without_declaration, written
from muniment_exports.work import Agent, Work

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MARC = "http://www.loc.gov/MARC21/slim"
SCHEMA = "https://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd"
_DECLARED = "https://www.loc.gov/standards/marcxml/"
HARVEST = (HarvestForm("marcxml", _DECLARED, SCHEMA), HarvestForm("marc21", _DECLARED, SCHEMA))
#: A new record in Unicode, unknown level of description.
_LEADER = "00000nam a2200000uu 4500"
_RELATORS = {
    "contactperson": "prc", "datacollector": "col", "datacurator": "cur", "datamanager": "dtm", "distributor": "dst",
    "editor": "edt", "hostinginstitution": "his", "producer": "pro", "projectleader": "pdr", "projectmanager": "rth",
    "projectmember": "rtm", "relatedperson": "oth", "researcher": "res", "researchgroup": "rtm", "rightsholder": "cph",
    "sponsor": "spn", "supervisor": "dgs", "translator": "trl", "workpackageleader": "led",
}  # fmt: skip


def write(work: Work) -> bytes:
    """One `record`."""
    record = _Record()
    record.control("001", work.id)
    _identifiers(record, work)
    _people(record, work)
    _texts(record, work)
    _rights(record, work)
    _relations(record, work)
    for file in work.files:
        record.field("856", ("u", file.address), ("s", str(file.size)), ("z", file.checksum), first="4")
    record.field("856", ("u", work.page), ("3", "Record"), first="4", second="2")
    record.field("980", ("a", str(work.props.get("type") or work.kind)), ("b", str(work.props.get("subtype") or "")))
    record.field("336", ("a", work.coar_type[1]), ("0", work.coar_type[0]), ("2", "coar"))
    return written(record.element)


def join(records: Sequence[bytes]) -> bytes:
    """A `collection`."""
    inside = b"\n".join(map(without_declaration, records))
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n'
    return head + b'<collection xmlns="' + MARC.encode() + b'">\n' + inside + b"\n</collection>\n"


class _Record:
    """A record under construction; fields without any value are left out, and all stand in the order of their tags."""

    def __init__(self) -> None:
        self._root = root("record", {}, xmlns=MARC)
        add(self._root, "leader", _LEADER)
        self._fields: list[Element] = []

    @property
    def element(self) -> Element:
        self._root.extend(sorted(self._fields, key=lambda field: field.get("tag", "")))
        return self._root

    def control(self, tag: str, text: str) -> None:
        if text:
            add(self._root, "controlfield", text, {"tag": tag})

    def field(self, tag: str, *subfields: tuple[str, str], first: str = " ", second: str = " ") -> None:
        filled = [(code, text) for code, text in subfields if text]
        if not filled:
            return
        field = root("datafield", {}, tag=tag, ind1=first, ind2=second)
        for code, text in filled:
            add(field, "subfield", text, {"code": code})
        self._fields.append(field)


def _identifiers(record: _Record, work: Work) -> None:
    if work.doi:
        record.field("024", ("a", work.doi), ("2", "doi"), first="7")
    for scheme, value, _ in work.identifiers:
        record.field("024", ("a", value), ("2", scheme), first="7")
    journal, imprint = work.field("journal:journal"), work.field("imprint:imprint")
    record.field("020", ("a", str(imprint.get("isbn") or "")))
    record.field("022", ("a", str(journal.get("issn") or "")))
    record.field("041", *(("a", code) for code in work.languages))


def _people(record: _Record, work: Work) -> None:
    for number, agent in enumerate(work.creators):
        tag = ("100" if number == 0 else "700") if agent.personal else ("110" if number == 0 else "710")
        _person(record, tag, agent, "")
    for agent in work.contributors:
        _person(record, "700" if agent.personal else "710", agent, _RELATORS.get(agent.role, "oth"))
    meeting = work.field("meeting:meeting")
    names = ("a", "title"), ("g", "acronym"), ("d", "dates"), ("c", "place"), ("n", "session"), ("p", "session_part")
    record.field("711", *((code, str(meeting.get(name) or "")) for code, name in names), first="2")


def _person(record: _Record, tag: str, agent: Agent, relator: str) -> None:
    names = [("u", item.name) for item in agent.affiliations]
    numbers = [("0", address) for _, address in agent.identifiers]
    numbers += [("0", item.address) for item in agent.affiliations]
    record.field(tag, ("a", agent.name), *names, *numbers, ("4", relator), first="1" if agent.personal else "2")


def _texts(record: _Record, work: Work) -> None:
    record.field("245", ("a", work.title), first="1" if work.creators else "0", second="0")
    for kind, text, _ in work.titles:
        record.field("246", ("i", kind.replace("-", " ")), ("a", text), first="3")
    record.field("250", ("a", work.version))
    imprint = work.field("imprint:imprint")
    place = str(imprint.get("place") or "")
    record.field("264", ("a", place), ("b", work.publisher), ("c", work.date), second="1")
    record.field("300", *(("a", text) for text in work.strings("sizes")))
    record.field("347", *(("b", text) for text in work.strings("formats")))
    record.field("520", ("a", work.description))
    for kind, text, _ in work.descriptions:
        record.field("520" if kind == "abstract" else "500", ("a", text))
    for kind, date, text in work.dates:
        record.field("518", ("d", date), ("o", text or kind))
    thesis = work.field("thesis:thesis")
    submitted = thesis.get("date_defended") or thesis.get("date_submitted")
    names = ("b", "type"), ("c", "university"), ("o", "department")
    record.field("502", *((code, str(thesis.get(name) or "")) for code, name in names), ("d", str(submitted or "")))
    for text, address in work.subjects:
        record.field("650" if address else "653", ("a", text), ("0", address), second="7" if address else " ")
    for place_ in work.places:
        record.field("651", ("a", str(place_.get("place") or place_.get("description") or "")), second="4")


def _rights(record: _Record, work: Work) -> None:
    address, label = work.coar_access
    record.field("506", ("a", label), ("g", work.embargo_end), ("2", "coar"), ("u", address))
    for licence in work.licences:
        record.field("540", ("a", licence.title), ("f", licence.spdx), ("2", "spdx" if licence.spdx else ""),
                     ("u", licence.address))  # fmt: skip
    record.field("542", ("f", work.copyright))
    for grant in work.grants:
        record.field("536", ("a", grant.title), ("b", grant.funder.name), ("c", grant.number),
                     ("o", grant.funder.address), ("u", grant.address))  # fmt: skip


def _relations(record: _Record, work: Work) -> None:
    for item in work.related:
        record.field("787", ("i", item.relation), ("o", item.identifier), ("n", item.scheme), first="0", second="8")
    if work.concept_doi:
        record.field("787", ("i", "isversionof"), ("o", work.concept_doi), ("n", "doi"), first="0", second="8")
    for text in work.references:
        record.field("581", ("a", text))
    journal, imprint = work.field("journal:journal"), work.field("imprint:imprint")
    where = ", ".join(str(journal[name]) for name in ("volume", "issue", "pages") if name in journal)
    record.field(
        "773", ("t", str(journal.get("title") or "")), ("g", where), ("x", str(journal.get("issn") or "")), first="0"
    )
    record.field("773", ("t", str(imprint.get("title") or "")), ("g", str(imprint.get("pages") or "")),
                 ("z", str(imprint.get("isbn") or "")), ("b", str(imprint.get("edition") or "")),
                 first="0")  # fmt: skip
