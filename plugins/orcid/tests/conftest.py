"""ORCID as its documentation describes it: OpenID Connect with the iD as subject, names apart, and no address; and its
member interface, which takes only what keeps to the published schemas (`published/`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from lxml import etree

from muniment.api import SYSTEM
from muniment.testing.partners import Answered, Asked, played

ID = "0000-0002-1825-0097"
TOKEN = "f5af9f51-07e6-4332-8f1a-c0c11c1e3728"
PUBLISHED = Path(__file__).parent / "published"
#: The types of works that ORCID takes, as its WorkType.java lists them.
TYPES = frozenset((PUBLISHED / "work-types.txt").read_text(encoding="utf-8").split())
NAMES = {"work": "http://www.orcid.org/ns/work", "common": "http://www.orcid.org/ns/common"}


def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(PUBLISHED / "record_3.0" / f"{name}-3.0.xsd"))


class Member:
    """The member interface: works by put-code. `away` is a status that it answers with instead; `revoked` are tokens
    that it takes no more, `asked` the requests that came."""

    def __init__(self) -> None:
        self.works: dict[str, etree._Element] = {}
        self.away: Answered | None = None
        self.revoked: set[str] = set()
        self.asked: list[tuple[str, str]] = []
        self.next = 1_000
        self._schema, self._errors = schema("work"), schema("error")

    def error(self, status: int, words: str, code: int) -> Answered:
        """An error in JSON, whose keys are those of the published schema."""
        told = {"response-code": status, "developer-message": words, "user-message": "It failed.", "error-code": code}
        root = etree.Element("{http://www.orcid.org/ns/error}error")
        for name, value in told.items():
            etree.SubElement(root, f"{{http://www.orcid.org/ns/error}}{name}").text = str(value)
        self._errors.assertValid(root)
        return Answered(status, told)

    def answer(self, asked: Asked) -> Answered:
        self.asked.append((asked.method, asked.path))
        if self.away is not None:
            return self.away
        token = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        if token != TOKEN or token in self.revoked:
            return self.error(401, "401 Unauthorized: The client application is not authorized.", 9017)
        found = re.fullmatch(rf"/v3\.0/{ID}/work(?:/(\d+))?", asked.path)
        assert found is not None, asked.path
        put_code = found[1] or ""
        if put_code and put_code not in self.works:
            return self.error(404, "404 Not Found: The resource was not found.", 9016)
        if asked.method == "DELETE":
            del self.works[put_code]
            return Answered(204)
        work = etree.fromstring(asked.body)
        if not self._schema.validate(work):
            return self.error(400, f"400 Bad Request: {self._schema.error_log.last_error.message}", 9006)
        if work.findtext("work:type", namespaces=NAMES) not in TYPES:
            return self.error(400, "400 Bad Request: The work type is unknown.", 9006)
        if (work.get("put-code") or "") != put_code:
            return self.error(400, "400 Bad Request: The put code in the URL does not match the body.", 9007)
        for other, present in self.works.items():
            if other != put_code and selves(present) & selves(work):
                words = f"409 Conflict: You have already added this activity, please see element with put-code {other}."
                return self.error(409, words, 9021)
        if put_code:
            self.works[put_code] = work
            return Answered(200)
        self.next += 1
        self.works[str(self.next)] = work
        return Answered(201, b"", {"Location": f"https://api.orcid.org/v3.0/{ID}/work/{self.next}"})


def selves(work: etree._Element) -> set[str]:
    """The identifiers that a work itself has, and not something that it is part of or a version of."""
    return {
        str(one.findtext("common:external-id-value", namespaces=NAMES))
        for one in work.iterfind("common:external-ids/common:external-id", NAMES)
        if one.findtext("common:external-id-relationship", namespaces=NAMES) == "self"
    }


class Orcid:
    """What it knows of one person; `asked` are the forms that its token endpoint got."""

    def __init__(self) -> None:
        self.url = ""
        self.nonce = ""
        self.key = RSAKey.generate_key(2048, {"kid": "production-orcid-org", "use": "sig"})
        self.person: dict[str, Any] = {"given_name": "Josiah", "family_name": "Carberry", "name": None}
        self.asked: list[dict[str, str]] = []
        self.scope = "openid"
        self.employments: Any = None
        self.member = Member()
        self.given_back: list[str] = []

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/oauth/authorize",
            "token_endpoint": f"{self.url}/oauth/token",
            "userinfo_endpoint": f"{self.url}/oauth/userinfo",
            "jwks_uri": f"{self.url}/oauth/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["public"],
        }

    def tokens(self, form: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(form)
        if form.get("client_secret") != "the secret":
            return 401, {"error": "invalid_client", "error_description": "Client not found"}
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": ID,
            "aud": "APP-0123456789ABCDEF",
            "exp": now + 86400,
            "iat": now,
            "auth_time": now,
            "jti": "a",
            "nonce": self.nonce,
            **{name: value for name, value in self.person.items() if value},
        }
        token = jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
        return 200, {
            "access_token": TOKEN,
            "token_type": "bearer",
            "refresh_token": "f725f747-3a65-49f6-a231-3e8944ce464d",
            "expires_in": 631138518,
            "scope": self.scope,
            "name": "Josiah Carberry",
            "orcid": ID,
            "id_token": token,
        }

    def answer(self, asked: Asked) -> Answered:
        if asked.path == "/oauth/token":
            return Answered(*self.tokens(asked.form))
        if asked.path == "/oauth/revoke":
            self.given_back.append(asked.form["token"])
            return Answered(200)
        if asked.path == f"/v3.0/{ID}/employments":
            assert "Authorization" not in asked.headers, "what is public needs no token of a person"
            return Answered(500) if self.employments is None else Answered(200, self.employments)
        if asked.path.startswith("/v3.0/"):
            return self.member.answer(asked)
        found: Any = {
            "/.well-known/openid-configuration": self.description(),
            "/oauth/jwks": {"keys": [self.key.as_dict(private=False)]},
            "/oauth/userinfo": {"id": f"{self.url}/{ID}", "sub": ID, **self.person},
        }[asked.path]
        return Answered(200, found)


@pytest.fixture
def orcid() -> Iterator[Orcid]:
    known = Orcid()
    with played(known.answer) as url:
        known.url = url
        yield known


@pytest.fixture
def instance(instance: Any, orcid: Orcid) -> Any:
    """The instance with an API client at this ORCID."""
    file = instance.path / "instance.toml"
    text = file.read_text(encoding="utf-8")
    text += f'[plugin.oidc]\ninternal = true\n[plugin.orcid]\nurl = "{orcid.url}"\nworks = true\n'
    file.write_text(text + 'client_id = "APP-0123456789ABCDEF"\nclient_secret = "the secret"\n', encoding="utf-8")
    return type(instance).load(instance.path, environ={})


@pytest.fixture
def sign_in_with(orcid: Orcid) -> Any:
    """Has a browser go to ORCID by an address and come back; the answer of the site."""

    def go(browser: Any, address: str, scope: str = "openid") -> Any:
        asked = parse_qs(urlsplit(browser.get(address).headers["Location"]).query)
        orcid.nonce = asked["nonce"][0]
        assert asked["scope"] == [scope]
        orcid.scope = scope
        return browser.get("/oidc/orcid/callback", query_string={"code": "Q70Y3A", "state": asked["state"][0]})

    return go


@pytest.fixture
def sign_in(client: Any, sign_in_with: Any) -> Any:
    return lambda next_path="/": sign_in_with(client, f"/oidc/orcid/sign-in?next={next_path}")


@pytest.fixture
def adas(panel_of: Any, repository: Any, orcid: Orcid, ada: Any) -> Any:
    """Ada's browser; her iD is linked."""
    repository.users.link_identity(ada.subject, orcid.url, ID, SYSTEM)
    return panel_of(ada)


@pytest.fixture
def allow(adas: Any, orcid: Orcid) -> Any:
    """What Ada does to have her works added: she switches it on, and ORCID asks her."""

    def go() -> None:
        orcid.scope = "openid /activities/update"
        adas.get("/account/settings/orcid")
        away = adas.client.post(
            "/account/settings/orcid",
            data={"do": "start", "csrf_token": adas._token},
            headers={"Sec-Fetch-Site": "same-origin"},
        ).headers["Location"]
        asked = parse_qs(urlsplit(adas.client.get(away).headers["Location"]).query)
        assert asked["scope"] == [orcid.scope]
        orcid.nonce = asked["nonce"][0]
        back = {"code": "Q70Y3A", "state": asked["state"][0]}
        answer = adas.client.get("/oidc/orcid/callback", query_string=back)
        assert answer.headers["Location"] == "/account/settings/orcid"

    return go


@pytest.fixture
def published() -> Path:
    return PUBLISHED
