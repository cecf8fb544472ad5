"""People and records that bring every page of the core to something to show, also at the edges of what is allowed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from muniment.access.actor import SYSTEM
from muniment.builtin.banners.banner import BannerInput
from muniment.builtin.banners.service import BannerService
from muniment.builtin.pages.checking import Content, PageInput
from muniment.builtin.pages.service import PageService
from muniment.events.models import Delivery
from muniment.files.additions import NewFile
from muniment.jobs.models import JobRow
from muniment.testing.documents import document
from muniment.testing.people import PASSWORD, Person

if TYPE_CHECKING:
    from muniment.repository import Repository

#: Words that no line can hold.
LONG_WORD = "averyveryverylongwordthatdoesnotend" * 3

METADATA: dict[str, Any] = {
    "creators": [
        {
            "person_or_org": {
                "type": "personal",
                "family_name": "Adeyemi",
                "given_name": "Ngozi",
                "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
            },
            "affiliations": [{"name": "Norwegian Polar Institute"}, {"name": "Universidad de Concepción"}],
        },
        {
            "person_or_org": {"type": "personal", "family_name": "Bakke", "given_name": "Ingrid"},
            "affiliations": [{"name": "Universidad de Concepción"}],
            "role": {"id": "supervisor"},
        },
        {"person_or_org": {"type": "organizational", "name": "Arctic Observing Consortium"}},
    ],
    "contributors": [
        {
            "person_or_org": {"type": "personal", "family_name": "Okafor", "given_name": "Ben"},
            "role": {"id": "datacurator"},
        }
    ],
    "description": "<p>Vectors on a <em>3 km</em> grid, <strong>hourly</strong>.</p><ul><li>one</li><li>two</li></ul>"
    "<pre>a,b,c</pre><blockquote>Quoted.</blockquote>",
    "version": "v2.1",
    "additional_titles": [{"title": "Drift v2", "type": {"id": "alternative-title"}}],
    "additional_descriptions": [{"description": "<p>Scenes were calibrated.</p>", "type": {"id": "methods"}}],
    "copyright": "© 2026 The authors",
    "subjects": [{"subject": "Sea ice"}, {"subject": "verylongsubject" * 12}],
    "dates": [{"date": "2016-01-01/2025-12", "type": {"id": "collected"}, "description": "all scenes"}],
    "funding": [{"funder": {"name": "European Commission"}, "award": {"title": {"en": "Ice"}, "number": "101122956"}}],
    "identifiers": [{"identifier": "2026.001", "scheme": "other"}],
    "related_identifiers": [
        {
            "identifier": "10.5194/tc-20-1123-2026",
            "scheme": "doi",
            "relation_type": {"id": "issupplementto"},
            "resource_type": {"id": "publication-article"},
        }
    ],
    "references": [{"reference": "Kwok, R. (1999). <i>Fram Strait</i>."}],
    "locations": {"features": [{"place": "Fram Strait", "description": "Study area"}]},
    "rights": [
        {"id": "cc-by-4.0"},
        {"title": {"en": "https://publisher.example/tdm/userlicence/1.0/of/a/length/that/no/box/holds"}},
    ],
    "sizes": ["41 GB"],
    "formats": ["application/zip"],
}

FILES = {
    "README.md": b"# Read me\n\n" + b"words " * 400,
    "tables/2016/a.csv": b"time,value\n" + b"2016-01-01,1.5\n" * 80,
    "verylongnamewithoutanyspace" * 6 + ".bin": b"x",
}


class Showcase:
    """What pages are about; each thing is made when a page first needs it. `title` is that of the main record."""

    def __init__(self, repository: Repository, title: str = f"深海 and {LONG_WORD}") -> None:
        self.repository = repository
        self.title = title

    @cached_property
    def owner(self) -> Person:
        """Who owns the records."""
        return self.person("owner@example.org", full_name="Ngozi Adeyemi")

    @cached_property
    def administrator(self) -> Person:
        return self.person("boss@example.org", roles=("administrator",), full_name="Ada Administrator")

    def person(self, email: str, *, roles: tuple[str, ...] = (), **details: Any) -> Person:
        """An account with a confirmed address."""
        user = self.repository.users.create(email, password=PASSWORD, confirmed=True, roles=roles, **details)
        return Person(email, PASSWORD, user.subject_id, self.repository.users.actor_for_user(user))

    @cached_property
    def record(self) -> str:
        """The first of two versions of a record with something in every field, and files in folders."""
        number = self.publish(self.title, METADATA, FILES)
        owner = self.owner.actor
        draft = self.repository.records.new_version(owner, number)
        self.repository.records.import_files(owner, draft.id)
        self.repository.records.publish(owner, draft.id)
        return number

    @cached_property
    def newest(self) -> str:
        """The second version."""
        return str(self.repository.records.latest(self.owner.actor, self.record))

    @cached_property
    def crowd(self) -> str:
        """A record of hundreds of authors, without files."""
        people = [
            {
                "person_or_org": {"type": "personal", "family_name": f"Family {number}", "given_name": "Given"},
                "affiliations": [{"name": f"Institute {number % 30}"}],
            }
            for number in range(300)
        ]
        return self.publish("A work of many", {"creators": people})

    @cached_property
    def withdrawn(self) -> str:
        number = self.publish("Withdrawn")
        reason = {"removal_reason": {"id": "retracted"}, "note": "A mistake was found.", "is_visible": True}
        self.repository.records.delete(SYSTEM, number, reason)
        return number

    @cached_property
    def restricted(self) -> str:
        """A record that only its owner sees."""
        return self.publish("Behind closed doors", record_access="restricted", files_access="restricted")

    @cached_property
    def closed_files(self) -> str:
        """A record that all see, with files that only its owner gets."""
        return self.publish("Closed files", files={"data.csv": b"a,b\n"}, files_access="restricted")

    @cached_property
    def full_draft(self) -> str:
        """A draft with something in every field and more authors than are shown with their fields."""
        people = [
            {"person_or_org": {"type": "personal", "family_name": f"Family {number}", "given_name": "Given"}}
            for number in range(40)
        ]
        metadata = {**METADATA, "creators": [*METADATA["creators"], *people]}
        return str(self.repository.records.create(self.owner.actor, document(LONG_WORD, metadata=metadata)).id)

    @cached_property
    def draft(self) -> str:
        """A draft that cannot be published yet."""
        return str(self.repository.records.create(self.owner.actor, {"metadata": {"title": "Unfinished"}}).id)

    @cached_property
    def edited(self) -> str:
        """A record of which there are two editions."""
        owner, number = self.owner.actor, self.publish("Before the correction")
        changed = self.repository.records.edit(owner, number).data
        changed["metadata"] |= {"title": f"After the correction {LONG_WORD}", "subjects": [{"subject": "Sea ice"}]}
        self.repository.records.update_draft(owner, number, changed)
        self.repository.records.publish(owner, number)
        return number

    @cached_property
    def trouble(self) -> int:
        """What an operator has to look after: a delivery that was set aside, a job that failed, somebody blocked."""
        self.repository.deliveries.run_until_idle()
        blocked = self.person("spam@example.org", full_name=f"Sam {LONG_WORD}")
        self.repository.users.block(blocked.subject)
        self.repository.users.invite("late@example.org")
        self.repository.deliveries.spread()
        self.repository.jobs.run_due()
        with self.repository.database.write() as unit:
            unit.session.execute(
                update(Delivery)
                .where(Delivery.state == "pending")
                .values(state="dead", attempts=12, error=f"Traceback\n  File\nOSError: {LONG_WORD}")
            )
            unit.session.execute(update(JobRow).values(last_error="Traceback\nOSError: no space left", failures=3))
            found = unit.session.execute(select(Delivery.id).where(Delivery.state == "dead")).scalars()
            return int(next(iter(found)))

    @cached_property
    def words(self) -> str:
        """The address of a page that an operator has written; a banner is announced, too."""
        body = (
            "Run by **five institutes**.\n\n## What we take\n\n- data\n\n| Kind | Limit |\n| - | - |\n| File | 50 GB |"
        )
        content = {"en": Content("About the repository", body), "de": Content("Über das Repositorium", "Kurz.")}
        PageService(self.repository).create(SYSTEM, PageInput("about", "footer", 10, True, content))
        announced = BannerInput("warn", "operators", {"en": "Maintenance on **Sunday**, see [here](/pages/about)."})
        BannerService(self.repository).create(SYSTEM, announced)
        return "about"

    def publish(
        self, title: str, metadata: dict[str, Any] | None = None, files: dict[str, bytes] | None = None, **access: str
    ) -> str:
        """A record of the owner's; returns its id."""
        owner = self.owner.actor
        body = document(title, files_enabled=bool(files), metadata=metadata, **access)  # type: ignore[arg-type]
        draft = self.repository.records.create(owner, body)
        new = [NewFile(key, content) for key, content in (files or {}).items()]
        self.repository.files.add_all(owner, draft.id, new)
        return str(self.repository.records.publish(owner, draft.id).id)
