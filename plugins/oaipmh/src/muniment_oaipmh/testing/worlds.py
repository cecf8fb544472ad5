"""A repository that holds what the suite asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import update

from muniment.api import Actor, RecordItem, Repository
from muniment_oaipmh.feed import FEED, MEMBERSHIPS
from muniment_oaipmh.sets import SetInput
from muniment_oaipmh.testing.subject import Pairs, Reply, Subject, World

if TYPE_CHECKING:
    from flask.testing import FlaskClient

#: The settings of the plugin `oaipmh` that the suite expects.
CONFIGURATION: Final[Mapping[str, Any]] = {"page_size": 5, "id_prefix": "repository.example.org"}
ODD_TITLE: Final = "Ice <Ih>& 𝛑"


def plugin_of(repository: Repository, name: str = "oaipmh") -> Any:
    """The loaded plugin of a repository."""
    return next(loaded.plugin for loaded in repository.generation.plugins if loaded.name == name)


def make_subject(
    repository: Repository,
    client: FlaskClient,
    make_record: Callable[..., RecordItem],
    run_jobs: Callable[[], int],
    administrator: Actor,
) -> Subject:
    """A server with fourteen records in two sets, three of them gone, and one that is hidden."""
    sets = plugin_of(repository).sets
    for spec, words in (("polar", "walrus"), ("polar:ice", "floe"), ("empty", "nothingatall")):
        sets.create(administrator, SetInput(spec, spec.title(), words, "About <ice> & snow"))
    titles = [
        ODD_TITLE,
        *(f"Walrus {n}" for n in range(6)),
        *(f"Floe {n}" for n in range(2)),
        *(f"Other {n}" for n in range(5)),
    ]
    numbers = {title: make_record(title).id for title in titles}
    hidden = make_record("Hidden walrus", record_access="restricted", files_access="restricted").id
    run_jobs()
    gone = {numbers[title] for title in ("Walrus 0", "Other 0", "Other 1")}
    for number in sorted(gone):
        repository.records.delete(administrator, number)
    run_jobs()
    _set_apart(repository, sorted(numbers.values(), key=int))
    ice = {numbers["Floe 0"], numbers["Floe 1"]}
    polar = {number for title, number in numbers.items() if title.startswith("Walrus")} | ice
    world = World(set(numbers.values()) - gone, gone, {"polar": polar, "polar:ice": ice}, page_size=5, hidden=hidden)
    subject = Subject(_asking(client), world)
    return replace(subject, world=replace(world, expired=_expired(repository, subject)))


def _expired(repository: Repository, subject: Subject) -> str:
    """A token that is at its end when it is given."""
    provider = plugin_of(repository).provider
    identity = provider.identity
    provider.identity = replace(identity, token_seconds=-1)
    try:
        return str(subject.listing().token.text)
    finally:
        provider.identity = identity


def _set_apart(repository: Repository, numbers: Sequence[str]) -> None:
    """Let every record have changed in a second of its own, as if there had been time: what is asked about spans of
    time tells nothing where all is of one second."""
    with repository.database.write() as unit:
        for age, number in enumerate(reversed(numbers)):
            for table in (FEED, MEMBERSHIPS):
                of_record = update(table).where(table.c.record_id == int(number))
                unit.connection.execute(of_record.values(datestamp=table.c.datestamp - 10 * age))


def _asking(client: FlaskClient) -> Callable[[str, Pairs, Mapping[str, str]], Reply]:
    def send(method: str, pairs: Pairs, headers: Mapping[str, str]) -> Reply:
        method, _, query = method.partition("?")
        if method == "GET":
            answer = client.get("/oai2d", query_string=list(pairs), headers=headers)
        else:
            data: dict[str, list[str]] = {}
            for name, value in pairs:
                data.setdefault(name, []).append(value)
            answer = client.post(f"/oai2d?{query}", data=data, headers=headers)
        return Reply(answer.status_code, dict(answer.headers), answer.data)

    return send
