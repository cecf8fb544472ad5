"""People and what they own, made anew whenever a call has used them up, so that each route meets a fresh scene."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from muniment.access.permission_table import ROLES, Route, Table
from muniment.testing.documents import document
from muniment.testing.people import PASSWORD, Person
from muniment.testing.permissions import SIGN_IN, plain
from muniment.testing.routes import SAFE, routes
from muniment.web.caching import SESSION_COOKIE
from muniment.web.csrf import PRE_SESSION_COOKIE, form_token
from muniment.web.current import state_of
from muniment.web.errors import is_api

if TYPE_CHECKING:
    from flask import Flask

    from muniment.repository import Repository

_VARIABLE: Final = re.compile(r"<(?:(?P<converter>[a-z_]+)(?:\([^)]*\))?:)?(?P<name>\w+)>")
_NUMBERS: Final = ("id", "number", "record_id")
#: For rules, what stands for their variables.
Values = Mapping[str, Mapping[str, "str | Callable[[Scene], str]"]]
#: Somebody of one's own kind, given a scene: "shared with" makes a person and grants them something.
Makes = Callable[["Scene"], Person]


class Scene:
    """An application and those who call it.

    `values` are what stands for variables of single rules, or of one with its method, as a text or made of the scene:
    ``{"/control/jobs/<name>/run": {"name": "sweep"}, "POST /api/ices/<id>": {"id": lambda scene: scene.record}}``.
    `sent` is what goes along with single routes, in place of nothing: arguments of a test client. `more` are further
    kinds of people.
    """

    def __init__(
        self,
        app: Flask,
        repository: Repository,
        values: Values | None = None,
        sent: Mapping[Route, Mapping[str, Any]] | None = None,
        more: Mapping[str, Makes] | None = None,
    ) -> None:
        self.app = app
        self.repository = repository
        self._values = values or {}
        self._sent = sent or {}
        self._more = more or {}
        self._people: dict[str, Person] = {}
        self._cookies: dict[str, str] = {}
        self._tokens: dict[str, str] = {}
        self._things: dict[str, str] = {}
        self._numbers = itertools.count(1)

    # What routes are about -------------------------------------------------------------------------------------------

    def person(self, name: str) -> Person:
        if name not in self._people:
            make = self._more.get(name)
            self._people[name] = make(self) if make is not None else self.new_person(name, ROLES[name] or ())
        return self._people[name]

    def new_person(self, name: str, roles: Iterable[str] = ()) -> Person:
        email = f"{re.sub('[^a-z]', '', name)}-{next(self._numbers)}@example.org"
        user = self.repository.users.create(email, password=PASSWORD, confirmed=True, roles=tuple(roles))
        return Person(email, PASSWORD, user.subject_id, self.repository.users.actor_for_user(user))

    @property
    def record(self) -> str:
        """A restricted record with a file."""
        return self.thing("record", lambda: self.repository.records.publish(self._owner, self._new_draft()).id)

    @property
    def draft(self) -> str:
        """A draft with a file that was never published."""
        return self.thing("draft", self._new_draft)

    @property
    def role(self) -> str:
        def make() -> str:
            name = f"readers-{next(self._numbers)}"
            self.repository.users.create_role(name, "Readers")
            return name

        return self.thing("role", make)

    @property
    def _owner(self) -> Any:
        return self.person("owner").actor

    def thing(self, name: str, make: Callable[[], str]) -> str:
        """What routes are about besides these, by a name of one's own: made when it is asked for, and anew once a call
        may have changed it."""
        if name not in self._things:
            self._things[name] = make()
        return self._things[name]

    def _new_draft(self) -> str:
        body = document(record_access="restricted", files_access="restricted", files_enabled=True)
        draft: str = self.repository.records.create(self._owner, body).id
        self.repository.files.add(self._owner, draft, "a.txt", b"text")
        self.repository.files.add(self._owner, draft, "a.zip", _zipped("inside.txt"))
        return draft

    # Calls -----------------------------------------------------------------------------------------------------------

    def ask(self, name: str, endpoint: str, method: str, rule: str) -> str:
        """What somebody is answered: a status, or the way to the sign-in page."""
        api = is_api(rule)
        by_cookie = not api or state_of(self.app).policies[endpoint].session == "required"
        client = self.app.test_client()
        arguments: dict[str, Any] = {"headers": {}, **self._sent.get((method, plain(rule)), {})}
        arguments["headers"] = {**arguments["headers"]}
        secret = self._secret(name) if by_cookie else ""
        if name != "anonymous" and by_cookie:
            client.set_cookie(SESSION_COOKIE, secret)
        elif name != "anonymous":
            arguments["headers"]["Authorization"] = f"Bearer {self._token(name)}"
        elif by_cookie:
            client.set_cookie(PRE_SESSION_COOKIE, secret)
        if by_cookie:
            arguments["headers"] |= {"Sec-Fetch-Site": "same-origin", "X-CSRFToken": form_token(secret)}
        if method not in SAFE and not {"json", "data"} & arguments.keys():
            arguments |= {"json": {}} if api else {"data": {}}
        response = client.open(self._address(method, rule), method=method, **arguments)
        status = response.status_code
        response.close()
        to_sign_in = status in (302, 303) and response.headers["Location"].startswith("/login")
        if method not in SAFE and status < 400 and not to_sign_in:
            self._forget(name)
        return SIGN_IN if to_sign_in else str(status)

    def _secret(self, name: str) -> str:
        if name == "anonymous":
            return "form-of-a-visitor"
        if name not in self._cookies:
            self._cookies[name] = self.repository.sessions.start(self.person(name).subject)
        return self._cookies[name]

    def _token(self, name: str) -> str:
        if name not in self._tokens:
            self._tokens[name] = self.repository.tokens.create_for_subject(self.person(name).subject, "permissions")
        return self._tokens[name]

    def _forget(self, name: str) -> None:
        """Everything that a call may have changed is made anew: what it was about, whose that is, and who called."""
        self._things.clear()
        for gone in {name, "owner", *self._more}:
            for known in (self._people, self._cookies, self._tokens):
                known.pop(gone, None)

    def _address(self, method: str, rule: str) -> str:
        given = {**self._values.get(plain(rule), {}), **self._values.get(f"{method} {plain(rule)}", {})}

        def value(found: re.Match[str]) -> str:
            if (told := given.get(found["name"])) is not None:
                return told if isinstance(told, str) else told(self)
            return self._value(rule, found["name"], found["converter"] or "")

        return _VARIABLE.sub(value, rule)

    def _value(self, rule: str, name: str, converter: str) -> str:
        if name in _NUMBERS and rule.startswith(("/api/users", "/control/users")):
            return str(self.person("owner").subject)
        if name in _NUMBERS and converter == "":
            return self.draft if "draft" in rule or rule.startswith("/uploads") else self.record
        if name == "name" and rule.startswith(("/api/groups", "/control/roles")):
            return self.role
        if converter in ("int", "float"):
            return "1"
        if converter == "uuid":
            return str(UUID(int=1))
        return {"key": "a.txt", "scheme": "doi", "role": "moderator"}.get(name, "something")


def _zipped(name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, "text")
    return packed.getvalue()


def table_of(scene: Scene, plugin: str | None = None, people: Iterable[str] = tuple(ROLES)) -> Table:
    """What people are answered by the routes of one plugin, or by all routes of the application."""
    owners, people = state_of(scene.app).owners, tuple(people)
    table = Table(people)
    for endpoint, method, rule in routes(scene.app):
        if (owner := owners[endpoint]) == plugin or plugin is None:
            table.add(owner, (method, plain(rule)), [scene.ask(name, endpoint, method, rule) for name in people])
    return table
