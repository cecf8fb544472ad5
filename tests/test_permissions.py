"""Who may do what with a record that was shared with them, or that is in a community which they curate: every route of
the core and of these plugins. What everybody else may is in the tables beside the tests of each distribution."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask

from muniment.testing.people import Person
from muniment.testing.permission_scene import Scene, table_of
from muniment.testing.permission_values import SENT, VALUES
from muniment.testing.permissions import check, read_rows
from muniment.testing.routes import SAFE
from muniment_communities.api import CURATOR as CURATES
from muniment_communities.api import CommunityService
from muniment_curation.reviews import ReviewService

PLUGINS: Final = ("sharing", "requests", "access-requests", "communities", "curation", "embargo", "quota")
pytestmark = [pytest.mark.plugins(*PLUGINS), pytest.mark.any_database]
FILE: Final = Path(__file__).with_name("permissions.md")
TO_READ, TO_EDIT, CURATOR = "shared with", "shared to edit", "curator"
PEOPLE: Final = (TO_READ, TO_EDIT, CURATOR)


class Shared(Scene):
    """A restricted record and a draft that was never published, both shared with two people; the record is in a
    community with a curator, and the draft waits there for a review."""

    def __init__(self, app: Flask, repository: Any) -> None:
        super().__init__(app, repository, VALUES, SENT, more={name: partial(_known, name=name) for name in PEOPLE})
        plugins = {plugin.name: plugin.plugin for plugin in repository.generation.plugins}
        self._sharing = plugins["sharing"].sharing
        self._communities, self._reviews = CommunityService(repository), ReviewService(repository)

    @property
    def record(self) -> str:
        def make() -> str:
            number: str = self.repository.records.publish(self._owner, self._new_draft()).id
            self._share(number)
            parent, community, owner = self.repository.records.parent_number_of(number), self.community, self._owner
            with self.repository.database.write() as unit:
                self._communities.records.link(unit, owner, parent, community)
            return number

        return self.thing("record", make)

    @property
    def draft(self) -> str:
        return self.thing("draft", self._new_shared)

    @property
    def request(self) -> str:
        """The request to take the draft into the community."""
        _ = self.draft
        return self.thing("request", str)

    @property
    def community(self) -> str:
        def make() -> str:
            theme = {"enabled": True, "style": {"primaryColor": "#1b3a6b"}}
            sent = {"slug": f"polar-{next(self._numbers)}", "metadata": {"title": "Polar research"}, "theme": theme}
            made = self._communities.create(self.new_person("founder").actor, sent)
            curator = self.person(CURATOR).subject
            with self.repository.database.write() as unit:
                self._communities.members.add(unit, made.id, CURATES, subject=curator)
            return str(made.id)

        return self.thing("community", make)

    @property
    def slug(self) -> str:
        return str(self._communities.found(self.community).slug)

    def _value(self, rule: str, name: str, converter: str) -> str:
        if name == "id" and rule.startswith(("/api/communities/", "/api/requests/", "/me/requests/")):
            return self.community if "/communities/" in rule else self.request
        return self.slug if name == "slug" else super()._value(rule, name, converter)

    def _new_shared(self) -> str:
        number = self._new_draft()
        self._share(number)
        self._reviews.choose(self._owner, number, self.community)
        self._things["request"] = str(self._reviews.submit(self._owner, number).id)
        return number

    def _share(self, number: str) -> None:
        for name, permission in ((TO_READ, "view"), (TO_EDIT, "edit")):
            subject = {"type": "user", "id": str(self.person(name).subject)}
            given = {"grants": [{"permission": permission, "subject": subject}]}
            self._sharing.grants.create(self._owner, number, given)


def _known(scene: Scene, name: str) -> Person:
    """Somebody with a public profile, whom others can name."""
    made = scene.new_person(name)
    scene.repository.users.update_profile(made.actor, made.subject, {"visibility": "public"})
    return made


def test_every_route_answers_those_it_was_shared_with_as_the_table_says(app: Flask, repository: Any) -> None:
    check(FILE, table_of(Shared(app, repository), people=PEOPLE))


def test_whoever_was_let_read_changes_nothing_and_sees_no_draft() -> None:
    """So that a table that was written anew without reading it does not pass."""
    about = ("/api/records/<", "/records/<", "/uploads/<")
    let_in = [
        f"{method} {rule}: {row[TO_READ]}"
        for (method, rule), row in read_rows(FILE.read_text(encoding="utf-8")).items()
        if rule.startswith(about) and row[TO_READ][0] in "23" and (method not in SAFE or "draft" in rule)
    ]
    assert let_in == []
