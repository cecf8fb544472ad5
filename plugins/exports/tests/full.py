"""A record that has everything, with a word of its own in each field."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

#: By field: its value in the public JSON, and what of it must be found in a format that has a place for it.
FIELDS: Mapping[str, tuple[Any, str]] = {
    "metadata.title": ("Titleword of ice", "Titleword"),
    "metadata.additional_titles": (
        [{"title": "Alternativeword", "type": {"id": "alternative-title"}, "lang": {"id": "deu"}}],
        "Alternativeword",
    ),
    "metadata.creators": (
        [
            {
                "person_or_org": {
                    "type": "personal", "name": "Creatorword, Ngozi", "family_name": "Creatorword",
                    "given_name": "Ngozi", "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
                },
                "affiliations": [
                    {"name": "Brown University", "identifiers": [{"scheme": "ror", "identifier": "05gq02987"}]}
                ],
            }
        ],
        "Creatorword",
    ),
    "metadata.contributors": (
        [
            {
                "person_or_org": {
                    "type": "personal", "name": "Editorword, Ada", "family_name": "Editorword", "given_name": "Ada",
                },
                "role": {"id": "editor"},
            }
        ],
        "Editorword",
    ),
    "metadata.publisher": ("Publisherword", "Publisherword"),
    "metadata.publication_date": ("1987-05-14", "1987"),
    "metadata.dates": ([{"date": "1961-02-03", "type": {"id": "created"}, "description": "x"}], "1961-02-03"),
    "metadata.description": (f"<p>Descriptionword</p>{'and so on ' * 8}", "Descriptionword"),
    "metadata.additional_descriptions": ([{"description": "Methodsword", "type": {"id": "methods"}}], "Methodsword"),
    "metadata.subjects": ([{"subject": "Subjectword"}], "Subjectword"),
    "metadata.version": ("7.7.7", "7.7.7"),
    "metadata.rights": (
        [
            {
                "id": "cc-by-nc-2.5", "title": {"en": "Licenceword"},
                "props": {"url": "https://creativecommons.org/licenses/by-nc/2.5/"},
            }
        ],
        "licenses/by-nc/2.5|CC-BY-NC-2.5",
    ),
    "metadata.copyright": ("Copyrightword", "Copyrightword"),
    "metadata.funding": (
        [
            {
                "funder": {"name": "Funderword", "id": "00k4n6c32"},
                "award": {"number": "Awardword", "title": {"en": "Ice"}},
            }
        ],
        "Awardword",
    ),
    "metadata.identifiers": ([{"scheme": "url", "identifier": "https://example.org/otherword"}], "otherword"),
    "metadata.related_identifiers": (
        [
            {
                "scheme": "url", "identifier": "https://example.org/relatedword",
                "relation_type": {"id": "references"}, "resource_type": {"id": "dataset"},
            }
        ],
        "relatedword",
    ),
    "metadata.references": ([{"reference": "Referenceword 1998"}], "Referenceword"),
    "metadata.sizes": (["Sizeword pages"], "Sizeword"),
    "metadata.formats": (["application/x-formatword"], "formatword"),
    "metadata.locations": (
        {"features": [{"place": "Placeword", "geometry": {"type": "Point", "coordinates": [7.5, 51.25]}}]},
        "Placeword",
    ),
    "pids.doi": ({"identifier": "10.1234/doiword", "provider": "external"}, "10.1234/doiword"),
    "custom_fields.journal:journal": (
        {"title": "Journalword", "volume": "3", "issue": "4", "pages": "5-6"},
        "Journalword",
    ),
    "custom_fields.imprint:imprint": ({"title": "Imprintword", "isbn": "978-3-16-148410-0"}, "Imprintword"),
    "custom_fields.thesis:thesis": ({"university": "Universityword"}, "Universityword"),
    "custom_fields.meeting:meeting": ({"title": "Meetingword", "place": "Bremen"}, "Meetingword"),
    "custom_fields.code:codeRepository": ("https://example.org/repositoryword", "repositoryword"),
    "custom_fields.code:programmingLanguage": (
        [{"id": "languageword", "title": {"en": "Languageword"}}],
        "Languageword",
    ),
    "custom_fields.code:developmentStatus": ({"id": "statusword", "title": {"en": "Statusword"}}, "Statusword"),
}  # fmt: skip


def with_fields(record: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """The public JSON of a record with every field of `FIELDS`; `changes` replace fields of the metadata."""
    full: dict[str, Any] = copy.deepcopy(dict(record))
    for path, (value, _) in FIELDS.items():
        section, _, name = path.partition(".")
        full.setdefault(section, {})[name] = copy.deepcopy(value)
    full["metadata"].update(changes)
    return full


def kind(name: str, title: str = "Work") -> dict[str, Any]:
    """A resource type as the public JSON has it."""
    return {"id": name, "title": {"en": title}}


def person(family: str, given: str = "", **more: Any) -> dict[str, Any]:
    """A creator or contributor; `orcid` and `role` are optional."""
    who: dict[str, Any] = {"type": "personal", "family_name": family, "given_name": given}
    who["name"] = f"{family}, {given}" if given else family
    if "orcid" in more:
        who["identifiers"] = [{"scheme": "orcid", "identifier": more.pop("orcid")}]
    role = {"role": {"id": more.pop("role")}} if "role" in more else {}
    return {"person_or_org": who, **role, **more}


def organisation(name: str, **more: Any) -> dict[str, Any]:
    """A creator or contributor that is no person; `ror` and `role` are optional."""
    who: dict[str, Any] = {"type": "organizational", "name": name}
    if "ror" in more:
        who["identifiers"] = [{"scheme": "ror", "identifier": more.pop("ror")}]
    role = {"role": {"id": more.pop("role")}} if "role" in more else {}
    return {"person_or_org": who, **role, **more}
