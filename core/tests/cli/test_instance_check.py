"""`muniment instance check`: one finding for each thing that is wrong with a folder, with the cure; and new instances
that pass it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import Result

from muniment.access.actor import SYSTEM
from muniment.health.checks_of_folder import check_folder
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.settings.loading import load_config
from muniment.testing.fakes import FakePlugins

Run = Callable[..., Result]
Write = Callable[..., Path]
BASE = '[site]\nurl = "https://archive.example.org"\n'


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """`write({"templates/layout.html": "…"}, configuration)`: an instance with these files; returns its folder."""

    def make(files: dict[str, str] | None = None, configuration: str = BASE) -> Path:
        folder = tmp_path / "site"
        for name, text in {"instance.toml": configuration, **(files or {})}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        return folder

    return make


def wrong(folder: Path, **environ: str) -> dict[str, str]:
    """What is found and not fine: the message and the state."""
    found = check_folder(folder, environ)
    return {item.message: item.state for item in found if item.state != "ok"}


def test_a_good_one_passes(write: Write, run: Run) -> None:
    folder = write()
    assert wrong(folder) == {}
    result = run("instance", "check", folder)
    assert result.exit_code == 0
    assert f"{folder / 'instance.toml'} is valid" in result.stdout


def test_what_is_wrong_is_told_with_exit_code_and_for_machines(write: Write, run: Run) -> None:
    folder = write(configuration=BASE + "nmae = 'x'\n")
    assert run("instance", "check", folder).exit_code == 1
    result = run("instance", "check", folder, "--json")
    assert result.exit_code == 1
    (finding,) = json.loads(result.stdout)
    assert (finding["check"], finding["state"]) == ("configuration", "error")
    assert "Did you mean 'name'?" in finding["message"]


def test_a_folder_without_configuration_says_how_to_make_one(tmp_path: Path) -> None:
    ((message, state),) = wrong(tmp_path).items()
    assert (state, "muniment init" in message) == ("error", True)


@pytest.mark.parametrize("text", ["[site", "\udcff"])
def test_what_is_no_toml_is_said(write: Write, text: str) -> None:
    folder = write()
    (folder / "instance.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    ((message, _),) = wrong(folder).items()
    assert "not valid TOML" in message


def test_every_mistake_of_the_configuration_is_told_at_once(write: Write) -> None:
    found = wrong(
        write(configuration='[site]\nnmae = "x"\nurl = "nowhere"\n[fiels]\nmax_count = 1\n[server]\nport = "80"\n'),
        MUNIMENT__MAIL__HOTS="x",
    )
    text = "\n".join(found)
    for said in ("'nmae'", "site.url 'nowhere'", "[fiels]", "[server] port", "MUNIMENT__MAIL__HOTS"):
        assert said in text
    assert set(found.values()) == {"error"}


@pytest.mark.parametrize(
    ("url", "says", "state"),
    [
        ("http://localhost:5000", "good on this machine only", "warning"),
        ("http://archive.example.org", "without https", "warning"),
    ],
)
def test_the_address_is_looked_at(write: Write, url: str, says: str, state: str) -> None:
    ((message, found),) = wrong(write(configuration=f'[site]\nurl = "{url}"\n')).items()
    assert says in message
    assert found == state


def test_colours_and_logos_are_looked_at(write: Write) -> None:
    found = wrong(write(configuration=BASE + '[theme]\nlogo = "gone.svg"\n[theme.colours]\nbrand = "#ffe08a"\n'))
    text = "\n".join(found)
    assert "theme.logo: there is no file" in text
    assert "theme.colours.brand: on-brand on brand has a contrast of 1.3:1" in text
    assert set(found.values()) == {"error"}


@pytest.mark.parametrize(
    ("files", "says", "state"),
    [
        ({"templates/layuot.html": "x"}, "replaces nothing", "warning"),
        ({"templates/front.html": "{% if %}"}, "line 1", "error"),
        ({"templates/layout.html": '{{ slot("page.heda") }}'}, "did you mean 'page.head'", "error"),
        ({"templates/layout.html": "<html></html>"}, "leaves out the slots page.banner", "warning"),
        (
            {"templates/front.html": '{% extends "core/front.html" %}{% block contnet %}{% endblock %}'},
            "block 'contnet' shows nothing",
            "warning",
        ),
        (
            {"templates/layout.html": '{% extends "core/layout.html" %}{{ static_url("a.js") }}'},
            "no static file a.js",
            "error",
        ),
        ({"static/instance.css": ".a { background: url('/static/gone.png') }"}, "/static/gone.png", "error"),
        ({"static/instance.css": ".a { background: url(own.png) }"}, "write /static/own.png", "error"),
        ({"plugins/hello.py": "class Plugin:\n"}, "no valid Python", "error"),
        ({"plugins/hello.py": '"""Says hello."""\n'}, "has no class Plugin", "error"),
        ({"templats/x.html": "x"}, "did you mean 'templates'", "warning"),
    ],
)  # fmt: skip
def test_each_file_is_looked_at(write: Write, files: dict[str, str], says: str, state: str) -> None:
    found = wrong(write(files))
    assert state in {kind for message, kind in found.items() if says in message}, found


@pytest.mark.parametrize(
    "files",
    [
        {"templates/layout.html": '{% extends "core/layout.html" %}{% block head %}{{ super() }}{% endblock %}'},
        {"templates/front.html": '{% include "own/part.html" %}', "templates/own/part.html": "x"},
        {"templates/pages/page.html": "x"},
        {"static/instance.css": ".a{background:url('/static/own.png')} .b{mask:url(#m)}", "static/own.png": ""},
        {"plugins/hello.py": "class Plugin:\n    pass\n"},
    ],
)  # fmt: skip
def test_what_is_as_it_should_be_is_not_told(write: Write, files: dict[str, str]) -> None:
    assert not [state for message, state in wrong(write(files)).items() if "leaves out" not in message]


def test_plugins_that_are_named_and_not_there(write: Write) -> None:
    configuration = BASE + '[plugins]\nenabled = ["datacit"]\n[plugin.nothing]\na = 1\n[plugin.datacite]\nprefx = "1"\n'
    found = wrong(write(configuration=configuration))
    text = "\n".join(found)
    assert "plugins.enabled names 'datacit', which is not installed; did you mean 'datacite'?" in text
    assert "[plugin.nothing]: no such plugin is installed" in text
    assert "unknown key 'prefx'. Did you mean 'prefix'?" in text


def test_one_that_was_switched_on_and_is_gone(
    repository: Repository, instance: Instance, fake_plugin: FakePlugins
) -> None:
    probe = fake_plugin("probe")
    repository.plugins.enable("probe", SYSTEM)
    fake_plugin.remove(probe)
    assert "'probe' is enabled but not installed" in "\n".join(wrong(instance.path))


def test_secrets_that_others_can_read(write: Write) -> None:
    folder = write({"var/secret_key": "x" * 40, "var/password": "x"}, BASE + '[mail]\npassword_file = "var/password"\n')
    for name in ("secret_key", "password"):
        (folder / "var" / name).chmod(0o644)
    assert sum("can be read by others" in message for message in wrong(folder)) == 2
    for name in ("secret_key", "password"):
        (folder / "var" / name).chmod(0o600)
    assert wrong(folder) == {}
    folder = write(configuration=BASE + '[mail]\npassword = "x"\n')
    (folder / "instance.toml").chmod(0o644)
    assert "holds a password" in "\n".join(wrong(folder))
    (folder / "instance.toml").chmod(0o640)
    assert wrong(folder) == {}


# New ones -------------------------------------------------------------------------------------------------------------


def test_a_new_instance_has_its_own_look_and_passes(tmp_path: Path, run: Run) -> None:
    logo = tmp_path / "our.SVG"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    folder = tmp_path / "site"
    result = run(
        "init", folder, "--without-vocabularies", "--name", 'The "Sea" Archive', "--description", "Of the sea.",
        "--url", "https://sea.example.org", "--contact", "help@sea.example.org", "--language", "de", "--language", "en",
        "--colour", "#FFD400", "--logo", logo,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    config = load_config(folder, {})
    assert config.site.name == 'The "Sea" Archive'
    assert (config.site.languages, config.site.contact) == (("de", "en"), "help@sea.example.org")
    assert config.theme.logo == "logo.svg"
    assert (
        config.theme.colours.keys() == config.theme.dark_colours.keys() == {"brand", "brand-soft", "on-brand", "link"}
    )
    assert (folder / ".gitignore").read_text() == "/var/\n"
    assert wrong(folder) == {}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--colour", "red"), "write it as #rrggbb"),
        (("--url", "nowhere"), "must be the full address"),
        (("--logo", "logo.gif"), "neither SVG nor PNG"),
    ],
)
def test_what_would_not_work_is_refused_before_anything_is_made(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("logo.gif").touch()
    result = run("init", tmp_path / "site", *options)
    assert result.exit_code == 1
    assert says in result.output
    assert not (tmp_path / "site").exists()
