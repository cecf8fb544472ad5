"""Pages and addresses: everybody calls every endpoint of the plugin, and no text of a record becomes markup."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from muniment.testing.conformance.bench import HIDDEN, SCRIPT, Bench
from muniment.testing.conformance.checks import Checks
from muniment.testing.permission_scene import Scene, table_of
from muniment.testing.permissions import check
from muniment.testing.routes import Call, address, caller, refused, routes
from muniment.web.access import AUTHENTICATED, PUBLIC
from muniment.web.current import state_of

_NUMBERS = ("999999", "nonsense")
#: What people, and programs that look for mistakes, put into forms and queries.
_ODD = {"q": SCRIPT, "page": "nonsense", "id": "-1", "next": "https://elsewhere.example", "name": "\x00'\""}


class EndpointChecks(Checks):
    """What the plugin answers, and to whom."""

    def test_every_endpoint_answers_everybody_as_it_should(self, bench: Bench) -> None:
        """Nobody gets a server error, and nothing of a restricted record or somebody's draft goes to others; who is not
        meant by the declared access is refused."""
        own = list(own_routes(bench))
        if not own:
            return
        people = _people(bench)
        policies = state_of(bench.app).policies
        numbers = (bench.restricted, bench.draft, *_NUMBERS)
        wrong = []
        for endpoint, method, rule in own:
            policy = policies[endpoint].access
            for path in dict.fromkeys(address(rule, number) for number in numbers):
                for name, call in people.items():
                    for response in _calls(call, method, path):
                        where = f"{name}: {method} {path}"
                        if response.status_code >= 500:
                            wrong.append(f"{where}: {response.status_code}")
                        if name in ("visitor", "other") and HIDDEN.encode() in response.data:
                            wrong.append(f"{where} tells of a record that is hidden from them")
                        if not _may(name, policy) and not refused(response):
                            wrong.append(f"{where} is for {policy}, and was answered {response.status_code}")
        assert wrong == []

    def test_its_routes_answer_as_its_table_says(self, bench: Bench) -> None:
        """`permissions.md` beside this suite has every route and what each kind of person is answered; with
        MUNIMENT_WRITE_PERMISSIONS=1 it is written."""
        scene = Scene(bench.app, bench.enabled, self.route_values)
        folder = self.beside or Path(inspect.getfile(type(self))).parent
        check(folder / "permissions.md", table_of(scene, self.plugin))

    @pytest.mark.any_database
    def test_no_text_of_people_becomes_markup(self, bench: Bench) -> None:
        """A script in a title, a description or a query is shown as text: in slots, and on the plugin's own pages."""
        people = _people(bench)
        paths = list(_pages(bench))
        paths += [address(rule, bench.scripted) for _, method, rule in own_routes(bench) if method == "GET"]
        wrong = []
        for path in paths:
            for name in ("visitor", "owner", "administrator"):
                response = people[name]("GET", path, query_string=_ODD)
                if response.mimetype == "text/html" and SCRIPT in response.text:
                    wrong.append(f"{name}: {path}")
        assert wrong == [], "these pages hold a script that came from a record or from the query"


def own_routes(bench: Bench) -> Iterator[tuple[str, str, str]]:
    """The plugin's own routes: endpoint, method and rule."""
    owners = state_of(bench.app).owners
    return ((endpoint, method, rule) for endpoint, method, rule in routes(bench.app) if owners[endpoint] == bench.name)


def _people(bench: Bench) -> dict[str, Call]:
    people = {"visitor": None, "owner": bench.owner, "other": bench.other, "administrator": bench.administrator}
    return {name: caller(bench.app, bench.enabled, person) for name, person in people.items()}


def _calls(call: Call, method: str, path: str) -> Iterator[Any]:
    if method in ("GET", "HEAD"):
        yield call(method, path)
        yield call(method, path, query_string=_ODD)
    else:
        yield call(method, path)
        yield call(method, path, data=_ODD)


def _may(name: str, policy: str) -> bool:
    if policy == PUBLIC or name == "administrator":
        return True
    return policy == AUTHENTICATED and name != "visitor"


def _pages(bench: Bench) -> Iterator[str]:
    """Pages of the core that have slots."""
    yield from ("/", "/search", f"/records/{bench.scripted}", "/uploads/new", f"/uploads/{bench.draft}", "/control/")
