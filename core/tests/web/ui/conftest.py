"""A record in the public JSON that has something in every field, and the pages in a real Chromium."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from muniment.testing.people import Person

RECORD: dict[str, Any] = {
    "id": "1042",
    "created": "2026-05-14T09:12:33.123456+00:00",
    "updated": "2026-06-02T10:00:00+00:00",
    "revision_id": 4,
    "is_published": True,
    "is_draft": False,
    "pids": {"doi": {"identifier": "10.5072/rr.8k2f-9q41", "provider": "datacite"}},
    "parent": {"id": "1039", "pids": {"doi": {"identifier": "10.5072/rr.8k2f", "provider": "datacite"}}},
    "versions": {"index": 3, "is_latest": True},
    "access": {"record": "public", "files": "public", "status": "open", "embargo": {"active": False}},
    "files": {
        "enabled": True,
        "order": [],
        "default_preview": None,
        "entries": {
            "drift.zip": {
                "key": "drift.zip",
                "size": 41_123_456_789,
                "checksum": "md5:9f2c",
                "mimetype": "application/zip",
            },
            "README.md": {"key": "README.md", "size": 12345, "checksum": "md5:03aa", "mimetype": "text/markdown"},
            "tables/2016/january.csv": {
                "key": "tables/2016/january.csv",
                "size": 8812,
                "checksum": "md5:c410",
                "mimetype": "text/csv",
            },
            "secret.bin": {"key": "secret.bin", "size": 1, "checksum": "md5:c410", "access": {"hidden": True}},
        },
    },
    "links": {"self_html": "http://localhost:5000/records/1042"},
    "custom_fields": {
        "journal:journal": {"title": "The Cryosphere", "volume": "20", "pages": "1123–1140"},
        "code:codeRepository": "https://example.org/drift",
        "code:programmingLanguage": [{"id": "python", "title": {"en": "Python"}}],
    },
    "metadata": {
        "title": "Hourly sea-ice drift vectors",
        "resource_type": {"id": "dataset", "title": {"en": "Dataset", "de": "Datensatz"}},
        "creators": [
            {
                "person_or_org": {
                    "type": "personal",
                    "name": "Adeyemi, Ngozi",
                    "family_name": "Adeyemi",
                    "given_name": "Ngozi",
                    "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
                },
                "affiliations": [
                    {
                        "name": "Norwegian Polar Institute",
                        "id": "03avf6522",
                        "identifiers": [{"scheme": "ror", "identifier": "03avf6522"}],
                    },
                    {"name": "Universidad de Concepción"},
                ],
            },
            {
                "person_or_org": {
                    "type": "personal",
                    "name": "Bakke, Ingrid",
                    "family_name": "Bakke",
                    "given_name": "Ingrid",
                },
                "affiliations": [{"name": "Universidad de Concepción"}],
                "role": {"id": "supervisor", "title": {"en": "Supervisor", "de": "Betreuung"}},
            },
            {"person_or_org": {"type": "organizational", "name": "Arctic Observing Consortium"}},
        ],
        "contributors": [
            {
                "person_or_org": {
                    "type": "personal",
                    "name": "Okafor, Ben",
                    "family_name": "Okafor",
                    "given_name": "Ben",
                },
                "role": {"id": "datacurator", "title": {"en": "Data curator"}},
            }
        ],
        "publication_date": "2026-05-14",
        "publisher": "Example Repository",
        "version": "v2.1",
        "description": "<p>Vectors on a <em>3 km</em> grid.</p>",
        "additional_titles": [
            {"title": "Drift v2", "type": {"id": "alternative-title", "title": {"en": "Alternative title"}}}
        ],
        "additional_descriptions": [
            {
                "description": "<p>Scenes were calibrated.</p>",
                "type": {"id": "methods", "title": {"en": "Methods"}},
                "lang": {"id": "eng"},
            }
        ],
        "rights": [
            {
                "id": "cc-by-4.0",
                "title": {"en": "Creative Commons Attribution 4.0 International"},
                "description": {"en": "Allows re-use with credit."},
                "props": {"url": "https://creativecommons.org/licenses/by/4.0/"},
            }
        ],
        "copyright": "© 2026 The authors",
        "subjects": [{"subject": "Sea ice"}, {"id": "x", "subject": "Drift", "scheme": "MeSH"}],
        "languages": [{"id": "eng", "title": {"en": "English", "de": "Englisch"}}],
        "dates": [
            {
                "date": "2016-01-01/2025-12",
                "type": {"id": "coverage", "title": {"en": "Coverage"}},
                "description": "all scenes",
            }
        ],
        "funding": [
            {
                "funder": {"id": "00k4n6c32", "name": "European Commission"},
                "award": {
                    "title": {"en": "Arctic sea ice"},
                    "number": "101122956",
                    "acronym": "ICE",
                    "identifiers": [{"scheme": "url", "identifier": "https://example.org/grant"}],
                },
            }
        ],
        "identifiers": [{"identifier": "2026.001", "scheme": "other"}],
        "related_identifiers": [
            {
                "identifier": "10.5194/tc-20-1123-2026",
                "scheme": "doi",
                "relation_type": {"id": "issupplementto", "title": {"en": "Is supplement to"}},
                "resource_type": {"id": "publication-article", "title": {"en": "Journal article"}},
            }
        ],
        "references": [
            {"reference": "Kwok, R. (1999). <i>Fram Strait</i>.", "identifier": "10.1029/1998JC900103", "scheme": "doi"}
        ],
        "locations": {
            "features": [
                {
                    "place": "Fram Strait",
                    "geometry": {"type": "Point", "coordinates": [0.5, 79.0]},
                    "description": "Study area",
                }
            ]
        },
        "sizes": ["41 GB"],
        "formats": ["application/zip"],
    },
}


@pytest.fixture
def record() -> dict[str, Any]:
    """A copy of the record, for the test to change."""
    return copy.deepcopy(RECORD)


def _every_text(data: Any, change: Callable[[str], str]) -> Any:
    if isinstance(data, dict):
        return {key: _every_text(value, change) for key, value in data.items()}
    if isinstance(data, list):
        return [_every_text(value, change) for value in data]
    return change(data) if isinstance(data, str) else data


@pytest.fixture
def every_text() -> Callable[[Any, Callable[[str], str]], Any]:
    """`every_text(data, change)`: a copy in which `change` was applied to each text; keys stay."""
    return _every_text


@pytest.fixture
def show(app: Any, site: str) -> Callable[..., Any]:
    """`show(context, source)`: a page of the site whose content is this template source, under the site's policy."""

    def open_page(context: Any, source: str, head: str = "") -> Any:
        whole = (
            '{% extends "layout.html" %}{% from "components/bundles.html" import bundle with context %}'
            "{% block bundles %}" + head + "{% endblock %}{% block content %}<h1>Test</h1>"
        )
        with app.test_request_context("/"):
            app.preprocess_request()
            body = app.jinja_env.from_string(whole + source + "{% endblock %}")
            from flask import render_template

            answer = app.process_response(app.make_response(render_template(body)))
        page = context.new_page()
        headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
        address = f"{site}/test-of-a-component"
        page.route(address, lambda route: route.fulfill(body=answer.get_data(as_text=True), headers=headers), times=1)
        page.goto(address)
        return page

    return open_page


@dataclass
class FormBrowser:
    """Follows links, fills in forms and sends them with everything that they hide."""

    client: FlaskClient
    address: str = "/"
    response: TestResponse | None = None
    page: Any = None
    seen: list[int] = field(default_factory=list)

    def open(self, path: str) -> FormBrowser:
        return self._take(self.client.get(path), path)

    def send(self, action: str | None = None, **values: Any) -> FormBrowser:
        """Send the form with this action (the only one in the page's body by default)."""
        forms = self.page.xpath("//main//form")
        if action is not None:
            forms = [form for form in self.page.xpath("//form") if form.get("action") == action]
        assert forms, f"no form for {action} on {self.address}"
        form = forms[0]
        data: dict[str, Any] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        data.update(values)
        target = urljoin(self.address, form.get("action"))
        return self._take(self.client.post(target, data=data, headers={"Sec-Fetch-Site": "same-origin"}), target)

    def _take(self, response: TestResponse, path: str) -> FormBrowser:
        self.seen = [response.status_code]
        while response.status_code in (301, 302, 303):
            path = urljoin(path, response.headers["Location"])
            response = self.client.get(path)
            self.seen.append(response.status_code)
        self.response, self.address = response, path
        response.get_data()  # a file is read and closed
        response.close()
        shown = response.mimetype == "text/html" and response.data
        self.page = html.fromstring(response.get_data(as_text=True)) if shown else None
        return self

    @property
    def text(self) -> str:
        return " ".join(self.page.xpath("string(//main)").split())

    @property
    def problems(self) -> list[str]:
        return [item.text_content().strip() for item in self.page.xpath("//*[@id='error-summary']//li")]

    def sign_in(self, person: Person, path: str = "/login") -> FormBrowser:
        return self.open(path).send("/login", email=person.email, password=person.password)

    @property
    def cookie(self) -> str | None:
        found = self.client.get_cookie("muniment_session")
        return found.value if found else None


@pytest.fixture
def forms(client: FlaskClient) -> FormBrowser:
    """The site as a browser without scripts uses it."""
    return FormBrowser(client)
