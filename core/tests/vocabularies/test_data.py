"""The files that come with the core: complete, and with the ids that clients of InvenioRDM and Zenodo send."""

from __future__ import annotations

import pytest

from muniment.builtin.vocabularies.plugin import DATA, VOCABULARIES
from muniment.vocabularies.source import Source
from muniment.vocabularies.term import TermContent


def words(text: str) -> list[str]:
    return text.split()


SMALL = sorted({file for _, file, *_ in VOCABULARIES} - {"languages", "licenses", "programming-languages"})

PUBLICATIONS = words("""annotationcollection book section conferencepaper conferenceproceeding datamanagementplan
    journal article patent peerreview preprint deliverable milestone proposal report softwaredocumentation
    taxonomictreatment technicalnote workingpaper datapaper dissertation standard studyregistration other""")
IMAGES = ["figure", "plot", "drawing", "diagram", "photo", "other"]
OTHER_TYPES = words("""publication poster presentation event dataset image model video audio software lesson
    software-computationalnotebook other physicalobject workflow project instrument""")
RESOURCE_TYPES = {
    *OTHER_TYPES,
    *(f"publication-{name}" for name in PUBLICATIONS),
    *(f"image-{name}" for name in IMAGES),
}

#: resourceTypeGeneral of DataCite 4.6.
DATACITE_GENERAL = set(
    words("""Audiovisual Award Book BookChapter Collection ComputationalNotebook ConferencePaper ConferenceProceeding
    DataPaper Dataset Dissertation Event Image InteractiveResource Instrument Journal JournalArticle Model
    OutputManagementPlan PeerReview PhysicalObject Preprint Project Report Service Software Sound
    Standard StudyRegistration Text Workflow Other""")
)

RELATIONS = words("""iscitedby cites issupplementto issupplementedby iscontinuedby continues isdescribedby describes
    hasmetadata ismetadatafor hasversion isversionof isnewversionof ispreviousversionof ispartof haspart ispublishedin
    isreferencedby references isdocumentedby documents iscompiledby compiles isvariantformof isoriginalformof
    isidenticalto isreviewedby reviews isderivedfrom issourceof isrequiredby requires isobsoletedby obsoletes
    istranslationof hastranslation iscollectedby collects other""")
ROLES = words("""contactperson datacollector datacurator datamanager distributor editor hostinginstitution producer
    projectleader projectmanager projectmember registrationagency registrationauthority relatedperson researcher
    researchgroup rightsholder sponsor supervisor translator workpackageleader other""")
REASONS = words("""duplicate retracted replaced spam test-record copyright personal-data take-down-request
    disputed-authorship misconduct fraud out-of-scope""")


def terms(file: str) -> dict[str, TermContent]:
    return {term.id: term for term in Source.read(DATA / f"{file}.jsonl").terms()}


@pytest.mark.parametrize("file", sorted({file for _, file, *_ in VOCABULARIES}))
def test_every_term_has_an_english_title(file: str) -> None:
    assert [term.id for term in terms(file).values() if "en" not in term.title] == []


@pytest.mark.parametrize("file", SMALL)
def test_the_small_vocabularies_are_translated(file: str) -> None:
    assert [term.id for term in terms(file).values() if "de" not in term.title] == []


def test_every_file_belongs_to_a_vocabulary() -> None:
    assert {path.stem for path in DATA.glob("*.jsonl")} == {file for _, file, *_ in VOCABULARIES}


def test_resource_types_are_those_that_clients_send() -> None:
    found = terms("resourcetypes")
    assert found.keys() == RESOURCE_TYPES
    for term in found.values():
        assert term.props["datacite_general"] in DATACITE_GENERAL
        assert term.props["type"] == term.id.partition("-")[0]
        assert term.props["subtype"] == (term.id if "-" in term.id else "")
        assert term.icon
    assert {term.id for term in found.values() if "depositable" not in term.tags} == {"project", "instrument"}
    assert all("linkable" in term.tags for term in found.values())


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("relationtypes", RELATIONS),
        ("roles", ROLES),
        ("removalreasons", REASONS),
        ("titletypes", ["alternative-title", "subtitle", "translated-title", "other"]),
        (
            "descriptiontypes",
            ["abstract", "methods", "series-information", "table-of-contents", "technical-info", "notes", "other"],
        ),
        (
            "datetypes",
            words("""accepted available collected copyrighted created issued other submitted updated valid withdrawn
                coverage"""),
        ),
        ("development-status", words("concept wip suspended abandoned active inactive moved unsupported")),
    ],
)
def test_the_ids_are_those_that_clients_send(file: str, expected: list[str]) -> None:
    assert list(terms(file)) == expected


@pytest.mark.parametrize("file", ["relationtypes", "roles", "datetypes", "titletypes"])
def test_datacite_names_follow_from_the_ids(file: str) -> None:
    for term in terms(file).values():
        assert term.props["datacite"].casefold() == term.id.replace("-", "")


def test_owners_may_ask_for_deletion_for_some_reasons_only() -> None:
    tagged = {term.id for term in terms("removalreasons").values() if "deletion-request" in term.tags}
    assert tagged == {"duplicate", "retracted", "test-record", "copyright", "personal-data"}


def test_licences_have_lower_case_spdx_ids_and_those_of_zenodo() -> None:
    found = terms("licenses")
    assert all(term.id == term.id.lower() for term in found.values())
    assert {"other-open", "other-closed", "other-at", "other-nc", "other-pd", "notspecified"} <= found.keys()
    assert found["mit"].props["osi_approved"] == "y"
    assert {"all", "software"} <= set(found["mit"].tags)
    assert found["cc-by-nc-nd-1.0"].props["url"] == "https://creativecommons.org/licenses/by-nd-nc/1.0/"
    assert found["cc-by-3.0-at"].props["url"] == "https://creativecommons.org/licenses/by/3.0/at/"
    assert found["cc-by-3.0-at"].title["de"] == "Creative Commons Namensnennung 3.0 Österreich"
    for term in found.values():
        assert term.props.get("scheme", "spdx") == "spdx"
        assert (term.props.get("scheme") == "spdx") == ("url" in term.props)
        assert "all" in term.tags


def test_creative_commons_licences_have_their_marks() -> None:
    marks = {term.id: term.icon for term in terms("licenses").values() if term.icon}
    assert marks["cc-by-nc-sa-4.0"] == "cc-by-nc-sa-icon"
    assert marks["cc0-1.0"] == "cc-cc0-icon"
    assert all(key.startswith("cc") for key in marks)


def test_languages_are_all_of_iso_639_3() -> None:
    found = terms("languages")
    assert all(len(term.id) == 3 and term.id.isalpha() and term.id.islower() for term in found.values())
    scopes = {
        scope: sum(scope in term.tags for term in found.values())
        for scope in ("individual", "macrolanguage", "special")
    }
    assert scopes["individual"] > 7700
    assert scopes["macrolanguage"] > 60
    assert scopes["special"] == 4
    assert sum(scopes.values()) == len(found)
    assert sum(bool(term.props["alpha_2"]) for term in found.values()) > 180
    assert found["deu"].title["de"] == "Deutsch"
    assert found["jpn"].title["ja"] == "日本語"
    assert found["zxx"].title["en"] == "No linguistic content"


def test_programming_languages_are_there_with_the_ids_of_invenio() -> None:
    found = terms("programming-languages")
    assert {
        "python",
        "r",
        "c++",
        "c#",
        "julia",
        "objective_c",
        "jupyter_notebook",
        "fortran",
        "visual_basic_.net",
    } <= found.keys()
