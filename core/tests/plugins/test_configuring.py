"""Settings of the control panel that stand before the configuration: who goes first, everywhere at once."""

from __future__ import annotations

import pytest

from muniment.access.actor import SYSTEM
from muniment.errors import Conflict, PermissionDenied, ValidationFailed
from muniment.plugins.models import PluginSetting
from muniment.repository import Repository
from muniment.settings.instance import Instance


@pytest.mark.configuration("files", max_count=7)
def test_what_operators_set_goes_before_the_file(repository: Repository) -> None:
    assert repository.config.files.max_count == 7
    repository.plugin_settings.change("rules", {"max_count": 9, "refused_endings": ["exe"]}, SYSTEM)
    after = repository.successor()
    assert (after.config.files.max_count, after.config.files.refused_endings) == (9, ("exe",))
    assert after.config.origins["files.max_count"] == "database"
    assert after.instance.config.files.max_count == 7
    item = next(item for item in after.plugin_settings.form("rules").fields if item.key == "max_count")
    assert (item.value, item.default, item.origin, item.read_only) == (9, 7, "database", False)
    after.plugin_settings.change("rules", {"max_count": None}, SYSTEM)
    assert after.successor().config.files.max_count == 7


def test_what_the_environment_sets_goes_first(repository: Repository) -> None:
    repository.plugin_settings.change("rules", {"max_count": 9}, SYSTEM)
    instance = Instance.load(repository.instance.path, {"MUNIMENT__FILES__MAX_COUNT": "3"})
    other = Repository(instance, database=repository.database, resources=repository.resources)
    assert other.config.files.max_count == 3
    item = next(item for item in other.plugin_settings.form("rules").fields if item.key == "max_count")
    assert (item.value, item.origin) == (3, "environment: MUNIMENT__FILES__MAX_COUNT")
    assert item.read_only
    with pytest.raises(Conflict, match="MUNIMENT__FILES__MAX_COUNT"):
        other.plugin_settings.change("rules", {"max_count": 4}, SYSTEM)


def test_what_cannot_be_is_refused_and_what_was_stored_all_the_same_is_not_used(repository: Repository) -> None:
    with pytest.raises(ValidationFailed):
        repository.plugin_settings.change("rules", {"max_count": 0}, SYSTEM)
    with repository.database.write() as unit:
        unit.session.add(PluginSetting(plugin="rules", key="max_count", value=-1, updated=unit.now))
    after = repository.successor()
    assert after.config.files.max_count == repository.instance.config.files.max_count
    assert [problem.field for problem in after.plugin_settings.problems()] == ["rules.max_count"]


def test_the_rule_holds_where_it_is_asked_for(repository: Repository) -> None:
    repository.plugin_settings.change("rules", {"registration": False}, SYSTEM)
    after = repository.successor()
    with pytest.raises(PermissionDenied, match="does not take registrations"):
        after.users.register("ada@example.org", "quite long 4711 words")
