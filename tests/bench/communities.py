"""Communities: a large one listed and searched, many records taken in, and a full inbox, with the statements of each.

What is asked goes through the API in the process, as the curator of both communities.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, cast

from sqlalchemy import Table, event, insert, select
from werkzeug.test import EnvironBuilder, run_wsgi_app

from muniment.access.actor import SYSTEM, Actor
from muniment.records.models import Parent
from muniment.repository import Repository
from muniment.testing.search_measuring import Library
from muniment.web.generations import open_app
from tests.bench.report import Figure
from tests.bench.searching import words_of
from tests.bench.timing import Times, middle, percentile, times_of
from tests.deployment import Deployment

_PLUGINS: Final = ("communities", "requests", "curation")
_CURATOR: Final = "grace@example.org"
_BATCH: Final = 500


def communities(
    deployment: Deployment, repository: Repository, library: Library, owner: Actor, inclusions: int, inbox: int
) -> Iterator[Figure]:
    """The figures; `repository` holds the records, whose owner is `owner`, and has none of the plugins yet."""
    deployment.command("users", "create", _CURATOR, "--password-stdin", "--confirmed", text="quite long 4711 words\n")
    token = deployment.command("tokens", "create", _CURATOR, "bench").strip()
    for name in _PLUGINS:
        repository.plugins.enable(name, SYSTEM, with_required=True)
    world = _World(repository.successor(), token)
    large, second = world.found("large"), world.found("second")
    world.fill(large)
    world.repository.search.reindex()
    world.repository.search.start()  # as web processes do
    try:
        yield from _inside(world, large, words_of(library)["medium"])
        yield from _accepting(world, owner, second, inclusions)
        yield from _inbox(world, owner, second, inbox)
    finally:
        world.repository.search.stop()


class _World:
    """The plugins at work, and whoever asks."""

    def __init__(self, repository: Repository, token: str) -> None:
        # Plugins are not there for whoever installs the core alone.
        from muniment_communities.api import CommunityService
        from muniment_curation.inclusion import Inclusion
        from muniment_requests.api import RequestService

        self.repository = repository
        self.communities: Any = CommunityService(repository)
        self.inclusion: Any = Inclusion(repository)
        self.requests: Any = RequestService(repository)
        self._app = open_app(repository)
        self._token = token
        self._site = repository.config.site.url

    def found(self, slug: str) -> str:
        """A new community of the curator's; its id."""
        user = self.repository.users.find(_CURATOR)
        assert user is not None
        sent = {"slug": slug, "metadata": {"title": slug}, "access": {"review_policy": "closed"}}
        return str(self.communities.create(self.repository.users.actor_for_user(user), sent).id)

    def fill(self, community: str) -> None:
        """Put all records into a community, as a bulk load does."""
        from muniment_communities.models import RecordRow

        with self.repository.database.write() as unit:
            parents = unit.session.execute(select(Parent.id)).scalars()
            rows = [
                {"parent_id": number, "community": community, "is_default": True, "added": unit.now}
                for number in parents
            ]
            unit.connection.execute(insert(cast(Table, RecordRow.__table__)), rows)

    def asking(self, path: str, query: str = "", method: str = "GET") -> Callable[[], None]:
        """Asks for something by the API."""
        headers = {"Authorization": f"Bearer {self._token}"}
        builder = EnvironBuilder(path=path, method=method, query_string=query, base_url=self._site, headers=headers)
        environ = builder.get_environ()
        builder.close()

        def ask() -> None:
            _, status, _ = run_wsgi_app(self._app.wsgi_app, dict(environ), buffered=True)
            if not status.startswith("200"):
                raise AssertionError(f"{path} was answered with {status}")

        return ask

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The SQL statements of the block, without those of threads that go on beside it."""
        found: list[str] = []
        thread = threading.get_ident()

        def remember(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if threading.get_ident() == thread:
                found.append(statement)

        event.listen(self.repository.database.bare, "before_cursor_execute", remember)
        try:
            yield found
        finally:
            event.remove(self.repository.database.bare, "before_cursor_execute", remember)

    def numbers(self, count: int) -> Sequence[str]:
        """The ids of the first records."""
        with self.repository.database.read() as session:
            rows = session.execute(select(Parent.latest_id).order_by(Parent.id).limit(count)).scalars()
            return [self.repository.records.public_id(number) for number in rows if number is not None]


def _inside(world: _World, community: str, words: Sequence[str]) -> Iterator[Figure]:
    path = f"/api/communities/{community}/records"
    yield _asked(world, "records of a community", [world.asking(path, f"page={page}") for page in range(1, 21)])
    searches = [world.asking(path, f"q={word}") for word in words[:21]]
    yield _asked(world, "search in a community, medium word", searches)


def _asked(world: _World, operation: str, calls: Sequence[Callable[[], None]]) -> Figure:
    """Each once, after one that does not count; the statements are those of the last."""
    first, *others, last = calls
    first()
    queue = iter(others)
    times = times_of(lambda: next(queue)(), len(others))
    with world.statements() as found:
        last()
    return Figure(operation, times.p50, "ms", note=_note(times, len(found)))


def _note(times: Times, statements: int) -> str:
    return f"p95 {times.p95:.1f} ms; {times.cpu:.2f} ms of processor time; {statements} SQL statements"


def _accepting(world: _World, owner: Actor, community: str, count: int) -> Iterator[Figure]:
    """A curator takes records in, one after the other, each until it is found in the community."""
    asked = [world.inclusion.ask(owner, number, community, review=True).id for number in world.numbers(count)]
    wall, cpu, statements = [], [], 0
    for id in asked:
        accept = world.asking(f"/api/requests/{id}/actions/accept", method="POST")
        with world.statements() as found:
            started, own = time.perf_counter(), time.thread_time()
            accept()
            cpu.append(1000 * (time.thread_time() - own))
            wall.append(1000 * (time.perf_counter() - started))
        statements = max(statements, len(found))
    wall.sort()
    times = Times(middle(wall), percentile(wall, 0.95), middle(cpu))
    yield Figure(f"accept of {len(asked)} inclusions, each", times.p50, "ms", note=_note(times, statements))


def _inbox(world: _World, owner: Actor, community: str, count: int) -> Iterator[Figure]:
    """A curator's list of requests, with so many more in it."""
    from muniment_curation.inclusion import INCLUSION
    from muniment_requests.api import Party

    receiver = Party("community", community)
    for start in range(0, count, _BATCH):
        with world.repository.database.write() as unit:
            for number in range(start, min(count, start + _BATCH)):
                world.requests.create(
                    owner, INCLUSION, receiver=receiver, topic=Party("record", f"bench-{number}"),
                    title=f"Record {number}", unit=unit,
                )  # fmt: skip
    path = "/api/user/requests"
    pages = [world.asking(path, f"is_open=true&page={page}&size=20") for page in range(1, 21)]
    yield _asked(world, f"inbox of {count} requests", pages)
