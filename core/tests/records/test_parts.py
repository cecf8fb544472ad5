"""Parts of a record's JSON that plugins own: written, shown, carried along, and kept while their plugin is off."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.access.actor import ANONYMOUS, SYSTEM
from muniment.api import Problem, RecordPart
from muniment.errors import Conflict, ValidationFailed
from muniment.plugins.service import PluginStateService
from muniment.records.requests import SearchRequest


def load(sent: Any, stored: Any) -> tuple[Any, list[Problem]]:
    if sent is None or isinstance(sent, str):
        return (stored if sent is None else sent), []
    return stored, [Problem("ext.colour", "Must be a text.")]


def dump(_repository: Any, subjects: Any) -> dict[int, Any]:
    return {subject.record_id: subject.stored for subject in subjects if subject.stored is not None}


def check(snapshot: Any, _actor: Any) -> list[Problem]:
    return [Problem("ext.colour", "Too bright.")] if snapshot.parts.get("ext.colour") == "white" else []


PARTS = [
    RecordPart("ext.colour", load=load, dump=dump, check=check),
    RecordPart("ext.once", load=load, dump=dump, on_new_version=lambda _stored: None),
    RecordPart("ext.shelf", "parent", load=load, dump=dump),
]


@pytest.fixture
def switched(repository, fake_plugin):
    """The repository with the plugin on: `switched()`, or off: `switched(False)`."""
    fake_plugin("probe", register_record_parts=PARTS)
    states = PluginStateService(repository.database)

    def switch(on: bool = True):
        (states.enable if on else states.disable)("probe", SYSTEM)
        return repository.successor()

    return switch


def write(repository, actor, number: str, **changes: Any) -> Any:
    """Save the draft as it is read, with other values at its top level or (`parent`) below."""
    data = repository.records.read_draft(actor, number).data
    return repository.records.update_draft(actor, number, {**data, **changes})


def test_parts_are_written_shown_and_published(switched, make_draft, ada) -> None:
    records = switched().records
    number = make_draft().id
    sent = {**records.read_draft(ada.actor, number).data, "ext": {"colour": "red"}, "parent": {"ext": {"shelf": "A"}}}
    records.update_draft(ada.actor, number, sent)
    records.publish(ada.actor, number)
    found = records.read(ANONYMOUS, number).data
    assert found["ext"] == {"colour": "red"}
    assert found["parent"]["ext"] == {"shelf": "A"}


def test_what_is_wrong_with_a_part_is_told(switched, make_draft, ada) -> None:
    repository = switched()
    number = make_draft().id
    saved = write(repository, ada.actor, number, ext={"colour": 5})
    assert saved.errors == [{"field": "ext.colour", "messages": ["Must be a text."]}]
    write(repository, ada.actor, number, ext={"colour": "white"})
    with pytest.raises(ValidationFailed) as caught:
        repository.records.publish(ada.actor, number)
    assert [problem.field for problem in caught.value.errors] == ["ext.colour"]


def test_a_new_version_starts_with_what_the_plugin_says(switched, make_draft, ada) -> None:
    repository = switched()
    number = make_draft().id
    write(repository, ada.actor, number, ext={"colour": "red", "once": "used"})
    repository.records.publish(ada.actor, number)
    assert repository.records.new_version(ada.actor, number).data["ext"] == {"colour": "red"}


def test_parts_of_a_plugin_that_is_off_are_hidden_kept_and_carried_along(switched, make_draft, ada) -> None:
    number = make_draft().id
    on = switched()
    write(on, ada.actor, number, ext={"colour": "red"}, parent={"ext": {"shelf": "A"}})

    off = switched(False)
    assert "ext" not in write(off, ada.actor, number, ext={"colour": "blue"}).data
    off.records.publish(ada.actor, number)
    off.records.edit(ada.actor, number)
    write(off, ada.actor, number)
    off.records.publish(ada.actor, number)
    version = off.records.new_version(ada.actor, number).id
    off.records.publish(ada.actor, version)

    again = switched()
    for kept in (number, version):
        data = again.records.read(ANONYMOUS, kept).data
        assert data["ext"] == {"colour": "red"}
        assert data["parent"]["ext"] == {"shelf": "A"}


def test_what_the_parent_holds_is_not_taken_from_an_older_draft(switched, make_record, ada) -> None:
    """A draft that was saved while the plugin was off does not bring back what its parent held at that time."""
    number = make_record().id
    on = switched()
    on.records.edit(ada.actor, number)
    write(on, ada.actor, number, parent={"ext": {"shelf": "A"}})
    off = switched(False)
    write(off, ada.actor, number)
    again = switched()
    version = again.records.new_version(ada.actor, number).id
    write(again, ada.actor, version, parent={"ext": {"shelf": "B"}})
    assert write(again, ada.actor, number, parent={}).data["parent"]["ext"] == {"shelf": "B"}
    assert again.records.read_draft(ada.actor, number).data["parent"]["ext"] == {"shelf": "B"}


def test_the_answer_to_a_saved_draft_shows_what_was_saved(switched, make_draft, ada) -> None:
    repository = switched()
    saved = write(repository, ada.actor, make_draft().id, parent={"ext": {"shelf": "A"}})
    assert saved.data["parent"]["ext"] == {"shelf": "A"}


def test_published_records_show_at_once_what_their_parent_holds(switched, make_record, ada) -> None:
    repository = switched()
    number = make_record().id
    assert "ext" not in repository.records.read(ANONYMOUS, number).data["parent"]
    version = repository.records.new_version(ada.actor, number).id
    write(repository, ada.actor, version, parent={"ext": {"shelf": "C"}})
    assert repository.records.read(ANONYMOUS, number).data["parent"]["ext"] == {"shelf": "C"}


def test_a_part_that_somebody_saves_meanwhile_is_not_lost(repository, fake_plugin, make_draft, ada) -> None:
    """Two people save one after the other; what the second did not send is what the first made of it."""
    meanwhile: list[Any] = []

    def load_slowly(sent: Any, stored: Any) -> tuple[Any, list[Problem]]:
        if sent is None and meanwhile:
            meanwhile.pop()()
        return load(sent, stored)

    fake_plugin("probe", register_record_parts=[RecordPart("ext.shelf", "parent", load=load_slowly, dump=dump)])
    PluginStateService(repository.database).enable("probe", SYSTEM)
    records = repository.successor().records
    number = make_draft().id
    data = records.read_draft(ada.actor, number).data
    meanwhile.append(lambda: records.update_draft(ada.actor, number, {**data, "parent": {"ext": {"shelf": "A"}}}))
    saved = records.update_draft(ada.actor, number, {**data, "parent": {}})
    assert meanwhile == []
    assert saved.data["parent"]["ext"] == {"shelf": "A"}


def test_saves_that_never_find_parts_at_rest_are_refused(repository, fake_plugin, make_draft, ada) -> None:
    counter = iter(range(100))
    busy: list[bool] = []

    def never_at_rest(sent: Any, stored: Any) -> tuple[Any, list[Problem]]:
        if sent is None and not busy:
            busy.append(True)
            records.update_draft(ada.actor, number, {**data, "parent": {"ext": {"shelf": str(next(counter))}}})
            busy.clear()
        return load(sent, stored)

    fake_plugin("probe", register_record_parts=[RecordPart("ext.shelf", "parent", load=never_at_rest, dump=dump)])
    PluginStateService(repository.database).enable("probe", SYSTEM)
    records = repository.successor().records
    number = make_draft().id
    data = records.read_draft(ada.actor, number).data
    with pytest.raises(Conflict):
        records.update_draft(ada.actor, number, {**data, "parent": {}})


def test_a_part_is_told_who_may_see_the_record_and_what_its_plugin_keeps_elsewhere(
    repository, fake_plugin, make_draft, ada
) -> None:
    seen: list[Any] = []

    def dump_beside(_repository: Any, subjects: Any) -> dict[int, Any]:
        seen.extend((one.access_record, one.access_files, dict(one.parts)) for one in subjects)
        return {}

    shown = RecordPart("ext.beside", dump=dump_beside)
    fake_plugin("probe", register_record_parts=[RecordPart("ext.colour", load=load, dump=dump), shown])
    repository.plugins.enable("probe", SYSTEM)
    found = repository.successor()
    number = make_draft(files_access="restricted").id
    write(found, ada.actor, number, ext={"colour": "red"})
    assert seen[-1] == ("public", "restricted", {"ext.colour": "red"})


@pytest.mark.parametrize(
    ("shown_to", "readers"),
    [
        ("everybody", {"anybody", "grace", "ada", "moderator", "administrator"}),
        ("managers", {"ada", "administrator"}),
        ("moderators", {"moderator", "administrator"}),
    ],
)
@pytest.mark.parametrize("level", ["record", "parent"])
def test_a_part_is_shown_to_whom_it_is_for(
    repository, fake_plugin, make_record, make_user, ada, grace, administrator, shown_to, readers, level
) -> None:
    moderator = make_user("mod@example.org", roles=["moderator"])
    people = {"grace": grace, "ada": ada, "moderator": moderator, "administrator": administrator}
    actors = {"anybody": ANONYMOUS} | {name: person.actor for name, person in people.items()}
    asked = []

    def dump_all(_repository: Any, subjects: Any) -> dict[int, Any]:
        asked.append(len(subjects))
        return {subject.record_id: "seen" for subject in subjects}

    fake_plugin("probe", register_record_parts=[RecordPart("ext.told", level, shown_to=shown_to, dump=dump_all)])
    repository.plugins.enable("probe", SYSTEM)
    found = repository.successor()
    number = make_record(actor=ada.actor).id
    found.records.edit(ada.actor, number)

    def shows(item: Any) -> bool:
        data = item.data if level == "record" else item.data["parent"]
        return data.get("ext") == {"told": "seen"}

    for name, actor in actors.items():
        assert shows(found.records.read(actor, number)) == (name in readers), name
        [hit] = found.records.search(actor, SearchRequest()).hits
        assert shows(hit) == (name in readers), name
        if name in ("ada", "moderator", "administrator"):
            assert shows(found.records.read_draft(actor, number)) == (name in readers), name
    [mine] = found.records.search_user(ada.actor, SearchRequest()).hits
    assert shows(mine) == ("ada" in readers)
    published = found.records.publish(ada.actor, number)
    assert shows(published) == ("ada" in readers)
    asked.clear()
    found.records.read(ANONYMOUS, number)
    assert asked == [], "what everybody reads is stored"


def test_what_is_kept_elsewhere_is_written_with_the_draft_by_those_who_see_it(
    repository, fake_plugin, make_draft, ada, administrator
) -> None:
    kept: list[Any] = []

    def keep(unit: Any, record_id: int, sent: Any, actor: Any) -> list[Problem]:
        kept.append((repository.records.numbers.format(record_id), sent, actor.subject))
        if sent == "raise":
            raise Conflict("Not now.")
        return [Problem("ext.told", "Too loud.")] if sent == "LOUD" else []

    fake_plugin("probe", register_record_parts=[RecordPart("ext.told", shown_to="moderators", keep=keep)])
    repository.plugins.enable("probe", SYSTEM)
    records = repository.successor().records
    number = make_draft().id
    data = records.read_draft(ada.actor, number).data
    records.update_draft(ada.actor, number, {**data, "ext": {"told": "mine"}})
    records.update_draft(administrator.actor, number, {**data, "ext": {}})
    assert kept == []
    saved = records.update_draft(administrator.actor, number, {**data, "ext": {"told": "LOUD"}})
    assert kept == [(number, "LOUD", administrator.subject)]
    assert saved.errors == [{"field": "ext.told", "messages": ["Too loud."]}]
    assert records.read_draft(administrator.actor, number).problems == (), "others read what is stored"
    with pytest.raises(Conflict):
        records.update_draft(administrator.actor, number, {**data, "ext": {"told": "raise"}})
    assert records.read_draft(ada.actor, number).revision == saved.revision, "the save was undone"
    made = records.create(administrator.actor, {"ext": {"told": "at once"}})
    assert kept[-1] == (made.id, "at once", administrator.subject)


def test_plugins_are_asked_about_drafts_that_are_saved(repository, fake_plugin, ada) -> None:
    """What they find is stored and shown beside the draft, and refuses nothing."""
    asked: list[Any] = []

    def check_draft(draft: Any, actor: Any, stage: str) -> list[Problem]:
        asked.append((draft.number, draft.data["access"]["files"], draft.owner == actor.subject, stage))
        return [Problem("metadata.version", "Say which.")] if not draft.metadata.get("version") else []

    fake_plugin("probe", check_draft=check_draft)
    repository.plugins.enable("probe", SYSTEM)
    records = repository.successor().records
    made = records.create(ada.actor, {"access": {"record": "public", "files": "restricted"}})
    assert {"field": "metadata.version", "messages": ["Say which."]} in made.errors
    assert {"field": "metadata.version", "messages": ["Say which."]} in records.read_draft(ada.actor, made.id).errors
    saved = records.update_draft(ada.actor, made.id, {"metadata": {"version": "1"}})
    assert "metadata.version" not in {error["field"] for error in saved.errors}
    assert asked == [("", "restricted", True, "save"), (made.id, "public", True, "save")]
