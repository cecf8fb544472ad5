"""The pytest plugin: fixtures that build an instance with a real database and talk to it as people and clients do.

``--databases=sqlite,postgresql`` runs every test that needs a database on both. PostgreSQL's cluster is started when
``MUNIMENT_TEST_POSTGRESQL`` does not name one. Temporary folders lie in memory where there is room, unless
``--basetemp`` or ``PYTEST_DEBUG_TEMPROOT`` says otherwise. Imports are inside the fixtures, so that coverage sees the
core.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.browsing import browser, chromium, chromium_of_module, site
from muniment.testing.commanding import run_command
from muniment.testing.mail_server import mail_server

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from muniment.repository import Repository
    from muniment.settings.instance import Instance
    from muniment.testing.api_client import ApiClient
    from muniment.testing.conformance.bench import Bench
    from muniment.testing.fakes import FakePlugins
    from muniment.testing.panel import Panel
    from muniment.testing.people import Person


__all__ = ["browser", "chromium", "chromium_of_module", "mail_server", "run_command", "site"]

pytest.register_assert_rewrite("muniment.testing.conformance")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--databases", default="sqlite", help="comma separated: sqlite, postgresql")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "plugins(*names): the plugins that the repository of this test enables")
    config.addinivalue_line("markers", "configuration(section, **values): changes to instance.toml for this test")
    config.addinivalue_line("markers", "hook(name): this test reaches an implementation of the hook")
    config.addinivalue_line("markers", "any_database: what this test looks at is no database; one of them is enough")
    if not hasattr(config, "workerinput"):
        from muniment.testing.memory_folder import keep_files_in_memory

        keep_files_in_memory(config)
    kinds = config.getoption("--databases").split(",")
    if "postgresql" in kinds and "MUNIMENT_TEST_POSTGRESQL" not in os.environ and not hasattr(config, "workerinput"):
        from muniment.testing.postgresql import Cluster

        cluster = Cluster()
        cluster.start()
        os.environ["MUNIMENT_TEST_POSTGRESQL"] = cluster.url
        config.add_cleanup(cluster.stop)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        kinds = metafunc.config.getoption("--databases").split(",")
        if metafunc.definition.get_closest_marker("any_database"):
            kinds = kinds[:1]
        metafunc.parametrize("database_kind", kinds, scope="session")


@pytest.fixture(autouse=True, scope="session")
def _no_outside_world() -> Iterator[None]:
    from muniment.testing import guards

    guards.install()
    yield
    guards.remove()


@pytest.fixture(autouse=True, scope="session")
def _statements_compiled_once() -> Iterator[None]:
    from muniment.testing import compiled_statements

    with compiled_statements.shared():
        yield


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Commands and servers configure the log of their process; the next test must not inherit it."""
    import structlog

    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(autouse=True)
def _hook_marks(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test marked `hook(name)` fails unless an implementation of that hook ran in it."""
    names = {name for mark in request.node.iter_markers("hook") for name in mark.args}
    if not names:
        yield
        return
    from muniment.hooks.caller import HookCall, Hooks

    reached: set[str] = set()

    def remember(call: HookCall) -> None:
        reached.add(call.hook)

    Hooks.everywhere.append(remember)
    yield
    Hooks.everywhere.remove(remember)
    missing = sorted(names - reached)
    if missing:
        pytest.fail(f"no implementation of {', '.join(missing)} ran in this test", pytrace=False)


def _fill(url: str) -> None:
    """What every fresh database holds: the tables as the migrations make them, and the vocabularies."""
    from muniment.db.engine import Database
    from muniment.testing.filling import load_vocabularies, make_tables

    database = Database(url)
    make_tables(database)
    load_vocabularies(database)
    database.dispose()


@pytest.fixture(scope="session")
def database_template(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from muniment.testing.databases import PostgreSQLTemplate, SQLiteTemplate

    if database_kind == "postgresql":
        template = PostgreSQLTemplate(os.environ["MUNIMENT_TEST_POSTGRESQL"], _fill)
        yield template
        template.close()
    else:
        yield SQLiteTemplate(tmp_path_factory.mktemp("template"), _fill)


@pytest.fixture
def database_url(database_template: Any, tmp_path: Path) -> Iterator[str]:
    url = database_template.copy(tmp_path / "instance" / "var" / "muniment.db")
    yield url
    database_template.drop(url)


@pytest.fixture
def instance(tmp_path: Path, database_url: str, request: pytest.FixtureRequest) -> Instance:
    """An instance folder of its own, with the database of this test."""
    from muniment.settings.instance import Instance
    from muniment.testing.configuration import write_configuration

    folder = tmp_path / "instance"
    changes: dict[str, dict[str, Any]] = {
        "database": {"url": database_url},
        "site": {"name": "Test Repository"},
        "plugin": {"password": {"time_cost": 1, "memory_kib": 1024, "parallelism": 1}},
    }
    for mark in reversed(list(request.node.iter_markers("configuration"))):
        changes.setdefault(mark.args[0], {}).update(mark.kwargs)
    write_configuration(folder, changes)
    (folder / "var").mkdir(exist_ok=True)
    return Instance.load(folder, environ={})


@pytest.fixture
def fake_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePlugins:
    """Installs plugins made up for this test: `fake_plugin("probe", register_jobs=[Job(…)])`; enable them like others.

    For a mark `plugins("probe")` install it in a fixture that the test names before `repository`.
    """
    from muniment.testing.fakes import FakePlugins

    return FakePlugins(tmp_path / "fake-plugins", monkeypatch)


@pytest.fixture
def open_repository(instance: Instance) -> Iterator[Callable[..., Repository]]:
    """Opens further repositories on the test's instance, as other processes would; closed at the end."""
    from muniment.repository import Repository

    opened: list[Repository] = []

    def make(**arguments: Any) -> Repository:
        opened.append(Repository(instance, environ={}, **arguments))
        return opened[-1]

    yield make
    for repository in reversed(opened):
        repository.close()


@pytest.fixture
def repository(open_repository: Callable[..., Repository], instance: Instance, request: Any) -> Repository:
    """The repository with the plugins that the mark `plugins` names, migrated and enabled."""
    from muniment.access.actor import SYSTEM
    from muniment.database import open_database
    from muniment.plugins.service import PluginStateService

    marks = [name for mark in request.node.iter_markers("plugins") for name in mark.args]
    if marks:
        database = open_database(instance)
        from muniment.events.outbox import Outbox

        database.outbox = Outbox(database)
        service = PluginStateService(database, folder=instance.plugins)
        for name in marks:
            service.enable(name, SYSTEM, with_required=True)
        database.dispose()
    return open_repository()


@pytest.fixture
def make_user(repository: Repository) -> Callable[..., Person]:
    """Makes confirmed accounts: `make_user("ada@example.org", roles=["administrator"])`."""
    from muniment.testing.people import PASSWORD, Person

    def make(email: str = "ada@example.org", *, roles: Any = (), password: str = PASSWORD, **details: Any) -> Person:
        user = repository.users.create(email, password=password, confirmed=True, roles=tuple(roles), **details)
        return Person(email, password, user.subject_id, repository.users.actor_for_user(user))

    return make


@pytest.fixture
def ada(make_user: Callable[..., Person]) -> Person:
    """A signed-up person who owns records."""
    return make_user("ada@example.org", full_name="Ada Lovelace")


@pytest.fixture
def grace(make_user: Callable[..., Person]) -> Person:
    """Another signed-up person, who owns nothing of Ada's."""
    return make_user("grace@example.org", full_name="Grace Hopper")


@pytest.fixture
def administrator(make_user: Callable[..., Person]) -> Person:
    return make_user("admin@example.org", roles=["administrator"], full_name="Site Administrator")


@pytest.fixture
def make_draft(repository: Repository, ada: Person) -> Callable[..., Any]:
    """Makes drafts that could be published: `make_draft(title="…", actor=…, files={"a.txt": b"…"})`."""
    from muniment.files.additions import NewFile
    from muniment.testing.documents import TITLE, document

    def make(title: str = TITLE, *, actor: Any = None, files: dict[str, bytes] | None = None, **changes: Any) -> Any:
        who = actor or ada.actor
        draft = repository.records.create(who, document(title, files_enabled=bool(files), **changes))
        repository.files.add_all(who, draft.id, [NewFile(key, content) for key, content in (files or {}).items()])
        return repository.records.read_draft(who, draft.id)

    return make


@pytest.fixture
def make_record(repository: Repository, make_draft: Callable[..., Any], ada: Person) -> Callable[..., Any]:
    """Publishes what `make_draft` makes."""
    from muniment.testing.documents import TITLE

    def make(title: str = TITLE, *, actor: Any = None, **changes: Any) -> Any:
        draft = make_draft(title, actor=actor, **changes)
        return repository.records.publish(actor or ada.actor, draft.id)

    return make


@pytest.fixture(scope="session")
def built_assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bundles as an instance without colours and files of its own has them, made once."""
    from muniment.web.ui.assets import Assets

    folder = tmp_path_factory.mktemp("assets")
    Assets(folder, ()).build()
    return folder


@pytest.fixture(scope="class")
def conformance_bench(
    request: pytest.FixtureRequest, database_template: Any, tmp_path_factory: pytest.TempPathFactory, built_assets: Path
) -> Iterator[Bench]:
    """The repository that the checks of a `PluginConformance` share."""
    from muniment.testing.conformance.bench import made_bench

    folder = tmp_path_factory.mktemp("conformance") / "instance"
    url = database_template.copy(folder / "var" / "muniment.db")
    suite = request.cls
    with made_bench(folder, url, built_assets, suite.plugin, suite().prepare) as bench:
        yield bench
    database_template.drop(url)


@pytest.fixture
def app(repository: Repository, built_assets: Path) -> Any:
    from muniment.web.app import create_app

    assets = repository.instance.var / "assets"
    if not assets.exists():
        shutil.copytree(built_assets, assets, copy_function=os.link)  # built again where they are not the right ones
    return create_app(repository)


@pytest.fixture
def client(app: Any) -> FlaskClient:
    """A browser without JavaScript: keeps cookies, sends what it is told."""
    found: FlaskClient = app.test_client()
    return found


@pytest.fixture
def api(app: Any, repository: Repository) -> ApiClient:
    """A JSON client: `api.get("/api/records")` as a visitor, `api.as_(ada).post(…)` with a token."""
    from muniment.testing.api_client import ApiClient

    return ApiClient(app, repository)


@pytest.fixture
def panel_of(app: Any) -> Callable[[Person], Panel]:
    """`panel_of(ada)`: the browser of somebody who signs in and sends forms."""
    from muniment.testing.panel import Panel

    return lambda person: Panel(app.test_client(), person)


@pytest.fixture
def panel(panel_of: Callable[[Person], Panel], administrator: Person) -> Panel:
    """An administrator's browser, for pages of the control panel."""
    return panel_of(administrator)


@pytest.fixture
def run_jobs(repository: Repository) -> Callable[[], int]:
    """Delivers every event that is due, as the worker does."""
    return lambda: repository.deliveries.run_until_idle()


@pytest.fixture
def mailbox(instance: Instance) -> Path:
    """The folder where messages land when no mail server is configured."""
    return instance.var / "mail"


@pytest.fixture
def sql_statements(repository: Repository) -> Iterator[list[str]]:
    """Every SQL statement that runs while the test holds this fixture; clear it before the part that counts."""
    from sqlalchemy import event

    statements: list[str] = []

    def remember(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(repository.database.bare, "before_cursor_execute", remember)
    yield statements
    event.remove(repository.database.bare, "before_cursor_execute", remember)
