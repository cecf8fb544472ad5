"""Packages that are installed, replaced or removed while the site runs: what is new is found, what runs goes on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from muniment.access.actor import SYSTEM
from muniment.errors import NotFound
from muniment.plugins.discovery import discover, forget, look_again
from muniment.plugins.models import ProcessRow
from muniment.plugins.processes import software_of
from muniment.repository import Repository

from .conftest import Install, uninstall

REVISION = """
import sqlalchemy as sa
from alembic import op
revision = "probe_{number}"
down_revision = {before}
def upgrade():
    op.create_table("probe_things_{number}", sa.Column("id", sa.Integer(), primary_key=True))
def downgrade():
    op.drop_table("probe_things_{number}")
"""
ONE = {"migrations/versions/one.py": REVISION.format(number=1, before=None)}
TWO = {**ONE, "migrations/versions/two.py": REVISION.format(number=2, before="'probe_1'")}


def running(repository: Repository, *, host: str = "front", kind: str = "web") -> None:
    """Another process that serves what this repository has in memory."""
    generation = repository.generation
    with repository.database.write() as unit:
        unit.session.add(
            ProcessRow(
                id=host,
                kind=kind,
                host=host,
                pid=42,
                generation=generation.number,
                oldest_generation=generation.number,
                software=software_of(generation),
                started=unit.now,
                seen=unit.now,
            )
        )


def test_a_package_that_is_installed_while_the_site_runs_can_be_enabled(
    site_packages: Path, install: Install, repository: Repository
) -> None:
    with pytest.raises(NotFound):
        repository.plugins.enable("probe", SYSTEM)
    install("probe")
    assert repository.plugins.enable("probe", SYSTEM) == ["probe"]
    assert "probe" in repository.successor().generation.names


def test_one_that_is_installed_from_its_source_meanwhile_can_be_enabled(
    install: Install, site_packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: Repository
) -> None:
    """`pip install -e` leaves a file that names the folder, which Python reads only when it starts."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    folder = install("probe")
    (tmp_path / "src").mkdir()
    folder.rename(tmp_path / "src" / folder.name)
    (site_packages / "_probe.pth").write_text(f"{tmp_path / 'src'}\nimport sys\n/nowhere\n", encoding="utf-8")
    record = site_packages / f"{folder.name}-1.0.dist-info" / "RECORD"
    record.write_text("_probe.pth,,\n", encoding="utf-8")
    assert repository.plugins.enable("probe", SYSTEM) == ["probe"]
    assert "probe" in repository.successor().generation.names
    assert "/nowhere" not in sys.path


def test_nothing_is_replaced_when_nothing_happened(site_packages: Path, install: Install) -> None:
    install("probe")
    before = discover().plugins
    assert look_again().plugins is before


def test_one_that_is_not_in_memory_is_simply_replaced(install: Install) -> None:
    install("probe")
    assert look_again().plugins["probe"].version == "1.0"
    install("probe", version="1.1")
    assert look_again().plugins["probe"].version == "1.1"


@pytest.mark.parametrize("version", ["1.1", "1.0"], ids=["newer", "the same again"])
def test_one_that_runs_needs_a_restart(install: Install, repository: Repository, version: str) -> None:
    install("probe")
    repository.plugins.enable("probe", SYSTEM)
    serving = repository.successor()
    running(serving)
    assert serving.plugins.report("probe").restart_needed == ()
    install("probe", version=version, files={"more.py": "MORE = 1"})
    report = serving.successor().plugins.report("probe")
    assert report.state == "enabled"
    assert report.version == "1.0"
    assert report.restart_needed == ("web process 42 on front",)
    assert report.trouble is not None
    assert report.trouble.sentence == "Another version of 'probe' was installed while it runs. Restart the site."


def test_a_process_that_runs_the_other_version_is_seen_from_elsewhere(install: Install, repository: Repository) -> None:
    """As the command line sees it, which has imported neither."""
    install("probe")
    repository.plugins.enable("probe", SYSTEM)
    running(repository.successor(), host="front")
    forget()
    install("probe", version="1.1")
    assert repository.plugins.report("probe").restart_needed == ("web process 42 on front",)
    running(repository.successor(), host="back")
    assert repository.plugins.report("probe").restart_needed == ("web process 42 on front",)


@pytest.mark.parametrize("guards", [True, False])
def test_one_that_is_removed_while_it_runs_goes_on_until_the_restart(
    install: Install, site_packages: Path, repository: Repository, guards: bool
) -> None:
    folder = install("probe", guards=guards)
    repository.plugins.enable("probe", SYSTEM)
    serving = repository.successor()
    uninstall(site_packages, folder.name)
    following = serving.successor()
    assert "probe" in following.generation.names
    assert not following.read_only
    trouble = following.plugins.report("probe").trouble
    assert trouble is not None
    assert "The package of 'probe' was removed while it runs. Install it again" in trouble.sentence
    forget()  # as after a restart
    restarted = serving.successor()
    assert restarted.read_only
    report = restarted.plugins.report("probe")
    assert report.state == "gone"
    assert report.trouble is not None
    assert "'probe' is enabled but not installed. Install its package again" in report.trouble.sentence
    restarted.plugins.disable("probe", SYSTEM)
    assert not restarted.successor().read_only


def test_tables_that_are_behind_the_installed_code_are_upgraded_without_a_restart(
    install: Install, repository: Repository
) -> None:
    install("probe", files=ONE)
    repository.plugins.enable("probe", SYSTEM)
    install("probe", version="1.1", files=TWO)
    forget()
    behind = repository.successor()
    assert "muniment plugins upgrade probe" in behind.generation.failures["probe"]
    report = behind.plugins.report("probe")
    assert (report.needs_upgrade, report.revision, report.head, report.state) == (True, "probe_1", "probe_2", "failed")
    result = behind.plugins.upgrade("probe", SYSTEM)
    assert (result.before, result.after, result.changed) == ("probe_1", "probe_2", True)
    mended = behind.successor()
    assert mended.generation.number == behind.generation.number + 1
    assert "probe" in mended.generation.names
    assert mended.plugins.report("probe").trouble is None
    assert not mended.plugins.upgrade("probe", SYSTEM).changed
    assert [entry.action for entry in mended.audit.entries("plugin:probe")] == ["plugin.upgraded", "plugin.enabled"]


def test_tables_of_a_newer_version_are_named(install: Install, repository: Repository) -> None:
    install("probe", version="1.1", files=TWO)
    repository.plugins.enable("probe", SYSTEM)
    repository.plugins.disable("probe", SYSTEM)
    install("probe", files=ONE)
    forget()
    service = repository.successor().plugins
    for act in (service.enable, service.upgrade):
        with pytest.raises(Exception, match=r"tables of 'probe' are at revision probe_2.*version 1\.0 does not know"):
            act("probe", SYSTEM)
    with pytest.raises(Exception, match="Install that, and repeat it"):
        service.purge("probe", SYSTEM, confirmation="probe")
