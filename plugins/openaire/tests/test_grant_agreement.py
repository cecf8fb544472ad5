"""Grants as the guidelines for literature 3 write them, and Dublin Core that has them."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from muniment.api import Repository
from muniment_openaire.grant_agreement import grant_agreements, with_agreements

RELATION = "{http://purl.org/dc/elements/1.1/}relation"
EMPTY = b'<oai_dc:dc xmlns:oai_dc="o" xmlns:dc="http://purl.org/dc/elements/1.1/"></oai_dc:dc>\n'


def grant(funder: str = "00k4n6c32", number: str = "777483", program: str = "H2020") -> dict[str, Any]:
    return {"funder": {"id": funder}, "award": {"number": number, "program": program}}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (grant(), "info:eu-repo/grantAgreement/EC/H2020/777483"),
        (grant("10.13039/501100000780", program=""), "info:eu-repo/grantAgreement/EC//777483"),
        (grant("029chgv08", "A/1 2", "Life & more"), "info:eu-repo/grantAgreement/WT/Life%20%26%20more/A%2F1%202"),
        (grant("somebody"), None),
        (grant(number=""), None),
        ({"funder": {"name": "EC"}}, None),
    ],
)
def test_agreements(entry: dict[str, Any], expected: str | None) -> None:
    assert list(grant_agreements({"funding": [entry]})) == ([expected] if expected else [])


def test_each_agreement_is_added_once() -> None:
    metadata = {"funding": [grant(), grant(number="1")]}
    changed = with_agreements(with_agreements(EMPTY, metadata), metadata)
    assert [found.text for found in ET.fromstring(changed).findall(RELATION)] == [
        "info:eu-repo/grantAgreement/EC/H2020/777483",
        "info:eu-repo/grantAgreement/EC/H2020/1",
    ]


def test_other_documents_stay_as_they_are() -> None:
    assert with_agreements(b"<other/>", {"funding": [grant()]}) == b"<other/>"
    assert with_agreements(EMPTY, {}) == EMPTY


@pytest.mark.plugins("openaire", "exports")
@pytest.mark.hook("export_document")
def test_dublin_core_has_them(client: Any, repository: Repository, make_record: Any) -> None:
    del repository
    record = make_record(metadata={"funding": [{**grant(), "funder": {"id": "00k4n6c32", "name": "EC"}}]})
    answer = client.get(f"/records/{record.id}/export/dublincore")
    relations = [found.text for found in ET.fromstring(answer.data).findall(RELATION)]
    assert "info:eu-repo/grantAgreement/EC/H2020/777483" in relations
    assert b"grantAgreement" not in client.get(f"/records/{record.id}/export/bibtex").data
