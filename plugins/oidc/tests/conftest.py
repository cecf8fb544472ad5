"""What the tests share: a certified provider in a process of its own, and a repository that trusts it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from muniment.testing.html_forms import forms_of
from muniment.testing.partners import Answered, Asked, played

HERE = Path(__file__).parent
SECRET = "secret of the site"
PEOPLE = {
    "ada": {"name": "Ada Lovelace", "affiliation": "Analytical Engines", "groups": ["staff", "curators"]},
    "eve": {"name": "Eve", "email": "ada@example.org", "email_verified": False},
    "bob": {"name": "Bob <b>Builder</b>", "email": "bob@example.org"},
}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def installed_provider() -> Path:
    """The folder in which the provider is installed, by the versions of its lock file; made when it is first needed."""
    lock = (HERE / "provider" / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "muniment-tests"
    folder = cache / f"openid-provider-{hashlib.sha256(lock).hexdigest()[:12]}"
    if (folder / "ready").exists():
        return folder
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("did not run: the certified provider needs Node.js and npm")
    making = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.copytree(HERE / "provider", making, dirs_exist_ok=True)
    done = subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=making, capture_output=True, timeout=300)
    if done.returncode:
        shutil.rmtree(making)
        pytest.skip("did not run: the certified provider could not be installed by npm")
    (making / "ready").touch()
    try:
        making.rename(folder)
    except OSError:  # another process was faster
        shutil.rmtree(making)
    return folder


class Served:
    """The certified provider while it runs. `start` may be called again, with other keys."""

    def __init__(self, issuer: str, site: str) -> None:
        self.issuer, self.site = issuer, site
        self._process: subprocess.Popen[str] | None = None

    def start(self, **environment: str) -> None:
        self.stop()
        folder = installed_provider()
        self._process = subprocess.Popen(
            ["node", str(folder / "provider.mjs")],
            env={
                "PATH": os.environ["PATH"],
                "ISSUER": self.issuer,
                "REDIRECT_URIS": f"{self.site}/oidc/uni/callback",
                "CLIENT_SECRET": SECRET,
                "PEOPLE": json.dumps(PEOPLE),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("listening"):
                break
        else:
            raise AssertionError("the provider did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def sign_in(self, address: str, login: str, browser: requests.Session | None = None) -> str:
        """What somebody does at the provider, from its address to that of the site they are sent back to."""
        with browser or requests.Session() as session:
            for _step in range(12):
                answer = session.get(address, allow_redirects=False, timeout=10)
                if answer.status_code == 200:
                    (form,) = [form for form in forms_of(answer.text) if form.method == "post"]
                    typed = {"login": login, "password": "any"}
                    fields = {name: typed.get(name, value) for name, value in form.pairs}
                    to = urljoin(address, form.action)
                    answer = session.post(to, data=fields, allow_redirects=False, timeout=10)
                assert answer.status_code in (302, 303), (answer.status_code, answer.text)
                address = urljoin(address, answer.headers["Location"])
                if address.startswith(self.site):
                    return address
        raise AssertionError("the provider sent nobody back")


@pytest.fixture(scope="session")
def site_url() -> str:
    """Where browsers find the site; the provider sends people back to no other address."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="session")
def provider(site_url: str) -> Iterator[Served]:
    served = Served(f"http://127.0.0.1:{free_port()}", site_url)
    served.start()
    yield served
    served.stop()


@pytest.fixture
def issuer(request: pytest.FixtureRequest) -> str:
    """The issuer that the repository trusts: the certified provider, unless a module has another one."""
    return str(request.getfixturevalue("provider").issuer)


@pytest.fixture
def options() -> dict[str, Any]:
    """What a module adds to the settings of the provider."""
    return {}


@pytest.fixture
def instance(instance: Any, issuer: str, site_url: str, options: dict[str, Any]) -> Any:
    """The instance at its own address, with the provider `uni`."""
    from muniment.testing.configuration import toml_value

    file = instance.path / "instance.toml"
    text = file.read_text(encoding="utf-8").replace("[site]\n", f"[site]\nurl = {toml_value(site_url)}\n")
    entry = {"name": "uni", "title": "University", "issuer": issuer, "client_id": "muniment", **options}
    text += f"[plugin.oidc]\ninternal = true\nproviders = {toml_value([entry])}\n"
    text += f"client_secrets = {toml_value({'uni': SECRET})}\n"
    file.write_text(text, encoding="utf-8")
    return type(instance).load(instance.path, environ={})


@pytest.fixture
def site(app: Any, site_url: str) -> Iterator[str]:
    """The application at the address that the provider knows."""
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", int(site_url.rpartition(":")[2]), app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site_url
    server.shutdown()
    thread.join()
    server.server_close()


class Visitor:
    """A browser without scripts."""

    def __init__(self, client: Any, site: str) -> None:
        self.client, self.site = client, site

    def get(self, address: str) -> Any:
        """A page; the one that says why, where somebody is refused."""
        answer = self.client.get(address.removeprefix(self.site), base_url=self.site)
        if "/refused?why=" in answer.headers.get("Location", ""):
            return self.client.get(answer.headers["Location"], base_url=self.site)
        return answer

    def post(self, path: str, **data: str) -> Any:
        page = self.get(path).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None, page
        own = {"Sec-Fetch-Site": "same-origin"}
        sent = {"csrf_token": token[1], **data}
        return self.client.post(path, data=sent, headers=own, base_url=self.site)

    def leave(self, next_path: str = "/") -> str:
        """Where the site sends this browser to sign in."""
        answer = self.client.get("/oidc/uni/sign-in", query_string={"next": next_path}, base_url=self.site)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])

    @property
    def signed_in(self) -> bool:
        return bool(self.get("/account/settings/profile").status_code == 200)

    def enter(self, person: Any) -> None:
        """Sign in with a password."""
        sent = self.post("/login", email=person.email, password=person.password)
        assert sent.status_code == 303, sent.text


@pytest.fixture
def new_visitor(app: Any, site_url: str) -> Callable[[], Visitor]:
    return lambda: Visitor(app.test_client(), site_url)


@pytest.fixture
def visitor(new_visitor: Callable[[], Visitor]) -> Visitor:
    return new_visitor()


@pytest.fixture
def refusals(repository: Any) -> Callable[[], list[tuple[str, str]]]:
    """Reason and detail of every refusal in the audit trail, the newest first."""
    return lambda: [
        (entry.details["reason"], entry.details["detail"])
        for entry in repository.audit.entries("oidc:uni")
        if entry.action == "oidc.refused"
    ]


class Liar:
    """A provider that says what a test wants. `describes`, `tells` and `keys` are what it publishes; `token` makes the
    ID token of an answer from proper claims."""

    def __init__(self) -> None:
        self.issuer = ""
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.nonce = ""
        self.claims: dict[str, Any] = {}
        self.describes: dict[str, Any] = {}
        self.tells: dict[str, Any] = {"sub": "ada"}
        self.header: dict[str, Any] = {}
        self.token: Callable[[dict[str, Any]], str] = self.signed
        self.codes: list[str] = []
        self.paths: list[str] = []
        self.status = 200
        self.location = ""
        self.body: bytes | None = None
        self.delay = 0.0

    def signed(self, claims: dict[str, Any], key: Any = None) -> str:
        key = key or self.key
        return jwt.encode({"alg": "RS256", "kid": key.kid, **self.header}, claims, key)

    def sends(self, visitor: Any, next_path: str = "/") -> str:
        """Let a browser leave the site; the state that it was given. The provider learns the nonce."""
        asked = parse_qs(urlsplit(visitor.leave(next_path)).query)
        self.nonce = asked["nonce"][0]
        assert asked["code_challenge_method"] == ["S256"]
        return asked["state"][0]

    def brings_back(self, visitor: Any, state: str, **further: str) -> Any:
        """Let a browser come back with an answer, whoever wrote it."""
        query = "&".join(f"{name}={value}" for name, value in {"code": "code", "state": state, **further}.items())
        return visitor.get(f"/oidc/uni/callback?{query}")

    def answer(self, path: str, form: dict[str, list[str]]) -> Any:
        self.paths.append(path)
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/me",
                "jwks_uri": f"{self.issuer}/keys",
                **self.describes,
            }
        if path == "/keys":
            return {"keys": [self.key.as_dict(private=False)]}
        if path == "/me":
            return self.tells
        self.codes += form.get("code", [])
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "ada",
            "aud": "muniment",
            "exp": now + 300,
            "iat": now,
            "nonce": self.nonce,
            **self.claims,
        }
        given = {name: value for name, value in claims.items() if value is not None}
        return {"access_token": "access", "token_type": "Bearer", "id_token": self.token(given)}


@pytest.fixture
def liar() -> Iterator[Liar]:
    told = Liar()

    def answer(asked: Asked) -> Answered:
        found = told.answer(asked.path, parse_qs(asked.body.decode()))
        time.sleep(told.delay)
        if told.location:
            return Answered(302, found, {"Location": told.location})
        return Answered(told.status, found if told.body is None or asked.path == "/keys" else told.body)

    with played(answer) as url:
        told.issuer = url
        yield told
