"""Banners: shown to whom they concern, while they last, on pages that are kept in memory too."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from muniment.access.actor import ANONYMOUS, SYSTEM, person
from muniment.builtin.banners.banner import BannerInput
from muniment.builtin.banners.models import Base
from muniment.builtin.banners.service import BannerService
from muniment.cli.main import group
from muniment.db.migrate import downgrade, upgrade
from muniment.db.revisions import table_names
from muniment.errors import Busy, NotFound, PermissionDenied, RevisionMismatch, ValidationFailed
from muniment.plugins.discovery import discover
from muniment.plugins.state import branch_of
from muniment.privacy.structure import check_columns
from muniment.testing.schema import describe_schema, differences

TEXTS = {"en": "Maintenance on **Sunday**", "de": "Wartung am Sonntag"}
MODERATOR = person(8, frozenset({"moderator"}), permissions=frozenset({"moderation"}))


@pytest.fixture
def banners(repository: Any) -> BannerService:
    return BannerService(repository)


@pytest.fixture
def later(repository: Any, banners: BannerService) -> Callable[[timedelta], None]:
    """`later(span)`: let time go by."""
    moved = [timedelta()]
    clock = repository.database.now

    def go(span: timedelta) -> None:
        moved[0] += span
        banners.board.look_again()

    def now() -> datetime:
        return clock() + moved[0]

    repository.database.now = now
    return go


@pytest.mark.hook("render_slot")
def test_a_banner_stands_on_every_page_in_the_language_of_the_reader(banners: BannerService, client: Any) -> None:
    banners.create(SYSTEM, BannerInput("warn", "everybody", TEXTS))
    for path in ("/", "/search", "/login", "/nothing"):
        page = client.get(path).get_data(as_text=True)
        assert 'class="banner warn"' in page, path
        assert "Maintenance on <strong>Sunday</strong>" in page, path
    assert '<p lang="de" dir="ltr">Wartung am Sonntag</p>' in client.get("/?lang=de").get_data(as_text=True)


def test_it_is_shown_from_then_until_then(
    banners: BannerService, repository: Any, later: Callable[[timedelta], None]
) -> None:
    now = repository.now()
    banners.create(
        SYSTEM,
        BannerInput("info", "everybody", TEXTS, now + timedelta(hours=1), now + timedelta(hours=2)),
    )
    assert banners.shown_to(ANONYMOUS) == []
    later(timedelta(minutes=61))
    assert len(banners.shown_to(ANONYMOUS)) == 1
    later(timedelta(minutes=60))
    assert banners.shown_to(ANONYMOUS) == []


def test_it_is_shown_to_whom_it_concerns(banners: BannerService) -> None:
    for audience in ("everybody", "signed-in", "operators"):
        banners.create(SYSTEM, BannerInput("info", audience, {"en": audience}))

    def seen(actor: Any) -> list[str]:
        return [banner.audience for banner in banners.shown_to(actor)]

    assert seen(ANONYMOUS) == ["everybody"]
    assert seen(person(7)) == ["everybody", "signed-in"]
    assert seen(MODERATOR) == ["everybody", "signed-in", "operators"]


def test_a_record_page_in_memory_follows_at_once(
    banners: BannerService, client: Any, make_record: Callable[..., Any], later: Callable[[timedelta], None]
) -> None:
    path = f"/records/{make_record().id}"
    plain = client.get(path).get_data()
    assert client.get(path).get_data() == plain
    made = banners.create(
        SYSTEM, BannerInput("bad", "everybody", TEXTS, ends=banners.repository.now() + timedelta(hours=1))
    )
    assert b"Maintenance" in client.get(path).get_data()
    banners.update(SYSTEM, made.id, BannerInput("bad", "everybody", {"en": "Other words"}, ends=made.ends))
    assert b"Other words" in client.get(path).get_data()
    later(timedelta(hours=1))
    assert client.get(path).get_data() == plain


def test_record_pages_are_still_kept_in_memory(app: Any, client: Any, make_record: Callable[..., Any]) -> None:
    client.get(f"/records/{make_record().id}")
    assert len(app.extensions["muniment_pages"].record_pages) == 1


def test_pages_cost_no_statement(
    banners: BannerService, client: Any, sql_statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("muniment.builtin.banners.service.LOOK", 60.0)
    banners.create(SYSTEM, BannerInput("info", "everybody", TEXTS))
    client.get("/help/search")
    sql_statements.clear()
    client.get("/help/search")
    assert not [statement for statement in sql_statements if "banners" in statement]


def test_every_process_sees_it_within_a_second(
    banners: BannerService, open_repository: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = BannerService(open_repository())
    assert elsewhere.shown_to(ANONYMOUS) == []
    banners.create(SYSTEM, BannerInput("info", "everybody", TEXTS))
    assert elsewhere.shown_to(ANONYMOUS) == []
    passed = elsewhere.board._next + 0.001
    monkeypatch.setattr("muniment.builtin.banners.service.time.monotonic", lambda: passed)
    assert len(elsewhere.shown_to(ANONYMOUS)) == 1


def test_while_the_database_is_away_the_last_ones_stay(banners: BannerService, monkeypatch: pytest.MonkeyPatch) -> None:
    banners.create(SYSTEM, BannerInput("info", "everybody", TEXTS))
    assert len(banners.shown_to(ANONYMOUS)) == 1

    def away() -> None:
        raise Busy()

    banners.board.look_again()
    monkeypatch.setattr(banners, "all", away)
    assert len(banners.shown_to(ANONYMOUS)) == 1


@pytest.mark.parametrize(
    ("banner", "field"),
    [
        (BannerInput("loud", "everybody", TEXTS), "kind"),
        (BannerInput("info", "me", TEXTS), "audience"),
        (BannerInput("info", "everybody", {}), "text.en"),
        (BannerInput("info", "everybody", {"de": "x" * 1001}), "text.de"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(banners: BannerService, banner: BannerInput, field: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        banners.create(SYSTEM, banner)
    assert [problem.field for problem in refused.value.errors] == [field]


def test_it_cannot_end_before_it_begins(banners: BannerService, repository: Any) -> None:
    now = repository.now()
    with pytest.raises(ValidationFailed, match="before it begins"):
        banners.create(SYSTEM, BannerInput("info", "everybody", TEXTS, now, now - timedelta(days=1)))


def test_only_administrators_announce_and_it_is_written_down(banners: BannerService, repository: Any) -> None:
    with pytest.raises(PermissionDenied):
        banners.create(MODERATOR, BannerInput("info", "everybody", TEXTS))
    made = banners.create(SYSTEM, BannerInput("info", "everybody", TEXTS))
    with pytest.raises(RevisionMismatch):
        banners.update(SYSTEM, made.id, made, made.revision + 1)
    banners.delete(SYSTEM, made.id)
    with pytest.raises(NotFound):
        banners.get(made.id)
    assert [entry.action for entry in repository.audit.entries(f"banner:{made.id}")] == [
        "banner.deleted",
        "banner.created",
    ]


@pytest.mark.configuration("site", timezone="Europe/Berlin")
def test_banners_are_written_in_the_control_panel(panel: Any, banners: BannerService) -> None:
    assert "Nothing is announced" in panel.get("/control/banners")
    sent = {"kind": "warn", "audience": "everybody", "text__en": "Down\nfor an hour"}
    wrong = panel.post("/control/banners/new", 422, **sent, starts="tomorrow")
    assert "Enter a day and a time" in wrong
    assert "Down" in wrong
    page = panel.post("/control/banners/new", **sent, starts="2199-07-01T18:00", ends="2199-07-01T19:00")
    assert "The banner is saved." in page
    assert 'value="2199-07-01T18:00"' in page
    (made,) = banners.all()
    assert made.texts == {"en": "Down for an hour"}
    assert made.starts is not None
    assert made.starts.hour == 16, "what was entered is the time in Berlin"
    assert "later" in panel.get("/control/banners")
    stale = panel.post(f"/control/banners/{made.id}", 422, **sent, revision="9")
    assert "Somebody else changed this banner" in stale
    panel.post(f"/control/banners/{made.id}", **{**sent, "audience": "operators"}, revision="1")
    assert 'class="banner warn"' in panel.get("/control/banners")
    assert "Down for an hour" in panel.get(f"/control/banners/{made.id}/delete")
    panel.post(f"/control/banners/{made.id}/delete")
    assert banners.all() == []


def test_a_banner_is_edited_first_thing_in_a_thread(panel: Any, banners: BannerService) -> None:
    """Before any page was rendered there, no template has set the language of its texts."""
    made = banners.create(SYSTEM, BannerInput("info", "operators", {"en": "Soon"}))
    with ThreadPoolExecutor(1) as threads:
        page = threads.submit(panel.get, f"/control/banners/{made.id}").result()
    assert 'aria-label="Announcement"' in page
    assert 'hreflang="de"' in page, "the language menu at the foot is there"


@pytest.mark.hook("register_commands")
def test_banners_from_the_command_line(banners: BannerService, instance: Any) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(group, ["--instance", str(instance.path), "banners", *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    assert "is shown" in run("show", "Trouble", "--kind", "bad", "--hours", "2")
    (made,) = banners.all()
    assert made.kind == "bad"
    assert "Trouble" in run("list")
    assert '"bad"' in run("list", "--json")
    run("remove", str(made.id))
    assert banners.all() == []


def test_its_table_is_that_of_its_migration_and_knows_nobody(repository: Any) -> None:
    branch = branch_of(discover().plugins["banners"])
    assert branch is not None
    assert differences(repository.database, Base.metadata, "banners_") == []
    before = describe_schema(repository.database)
    downgrade(repository.database, branch)
    assert "banners_banners" not in table_names(repository.database)
    upgrade(repository.database, branch)
    assert describe_schema(repository.database) == before
    assert check_columns(Base.metadata, []) == []
