"""The top of the command line: finding the instance, telling errors, exit codes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy.exc import OperationalError

from muniment.cli.main import COMMANDS, explain, group
from muniment.errors import NotFound
from muniment.settings.instance import Instance

Shell = Callable[..., subprocess.CompletedProcess[str]]


def every_command(prefix: tuple[str, ...] = (), command: click.Command = group) -> list[tuple[str, ...]]:
    """The names of all commands and groups, from the top."""
    found = [prefix] if prefix else []
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in sorted(COMMANDS) if command is group else command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            found += every_command((*prefix, name), child)
    return found


@pytest.mark.parametrize("name", every_command(), ids=" ".join)
def test_every_command_explains_itself(run: Callable[..., Result], name: tuple[str, ...]) -> None:
    result = run(*name, "--help")
    assert result.exit_code == 0
    first, _, _ = result.output.partition("\n\nOptions:")[0].partition("\n\n")[2].partition("\n\n")
    assert first.strip().endswith((".", ".)")), "the first paragraph says what it does"


def test_options_and_arguments_have_help() -> None:
    for name in every_command():
        command: click.Command = group
        for part in name:
            assert isinstance(command, click.Group)
            child = command.get_command(click.Context(command), part)
            assert child is not None
            command = child
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert parameter.help, f"{' '.join(name)} {parameter.opts[0]}"


def test_the_version(shell: Shell) -> None:
    result = shell("--version")
    assert result.returncode == 0
    assert result.stdout.strip().count(".") == 2


@pytest.mark.parametrize(
    ("arguments", "suggestion"),
    [(["bakup"], "backup"), (["plugins", "enabel"], "enable"), (["users", "creat"], "create")],
)
def test_an_unknown_command_exits_with_2_and_a_suggestion(shell: Shell, arguments: list[str], suggestion: str) -> None:
    result = shell(*arguments)
    assert result.returncode == 2
    assert suggestion in result.stderr.splitlines()[-1]
    assert result.stdout == ""


def test_a_missing_instance_exits_with_1_and_says_what_to_do(shell: Shell, tmp_path: Path) -> None:
    result = shell("--instance", tmp_path / "nowhere", "db", "status")
    assert result.returncode == 1
    assert "muniment init" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_instance_can_come_from_the_environment(shell: Shell, instance: Instance) -> None:
    result = shell("db", "status", "--json", MUNIMENT_INSTANCE=str(instance.path))
    assert result.returncode == 0, result.stderr
    assert '"name": "core"' in result.stdout


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('[site]\nnmae = "x"\n', ["instance.toml", "nmae", "name"]),
        ('[sit]\nname = "x"\n', ["instance.toml", "[sit]", "site"]),
        ('[site\nname = "x"\n', ["instance.toml", "TOML"]),
        ('[server]\nport = "many"\n', ["instance.toml", "[server] port", "whole number"]),
        ('[site]\nurl = "example.org"\n', ["site.url", "https://"]),
        ('[site]\ntimezone = "Mars"\n', ["site.timezone", "Mars"]),
        ('[database]\nurl = "mysql://x/y"\n', ["database.url", "mysql", "postgresql"]),
    ],
)
def test_a_wrong_configuration_names_file_and_key(
    run: Callable[..., Result], tmp_path: Path, text: str, names: list[str]
) -> None:
    (tmp_path / "instance.toml").write_text(text)
    result = run("--instance", tmp_path, "db", "status")
    assert result.exit_code == 1
    for name in names:
        assert name in result.output


def test_a_wrong_environment_variable_is_named(shell: Shell, instance: Instance) -> None:
    result = shell("--instance", instance.path, "db", "status", MUNIMENT__SERVER__PRT="1")
    assert result.returncode == 1
    assert "MUNIMENT__SERVER__PRT" in result.stderr
    assert "Did you mean 'port'?" in result.stderr


def test_an_empty_database_is_explained(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "instance.toml").write_text("[site]\n")
    result = run("--instance", tmp_path, "records", "show", "1")
    assert result.exit_code == 1
    assert "muniment db upgrade" in result.output


def test_a_database_that_is_away_is_explained(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "instance.toml").write_text('[database]\nurl = "postgresql://nobody@127.0.0.1:1/none"\n')
    result = shell("--instance", tmp_path, "db", "status")
    assert result.returncode == 1
    assert "The database cannot be used" in result.stderr
    assert "Traceback" not in result.stderr


def test_only_errors_that_people_can_act_on_are_explained() -> None:
    assert explain(NotFound("There is no record 7.")) == "There is no record 7."
    assert "Permission denied" in (explain(PermissionError(13, "Permission denied", "/x")) or "")
    assert explain(OperationalError("SELECT 1", {}, Exception("unable to open database file\nmore"))) == (
        "The database cannot be used: unable to open database file"
    )
    assert explain(KeyError("bug")) is None


def test_a_mistake_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("muniment.cli.db.branches", lambda _session: 1 / 0)
    (tmp_path / "instance.toml").write_text("[site]\n")
    result = CliRunner().invoke(group, ["--instance", str(tmp_path), "db", "status"])
    assert isinstance(result.exception, ZeroDivisionError)


def test_a_reader_who_goes_away_is_no_error(instance: Instance) -> None:
    import sys
    from subprocess import PIPE

    command = f"{sys.executable} -m muniment --instance {instance.path} settings show | true"
    result = subprocess.run(["bash", "-c", command], stderr=PIPE, check=False, text=True)
    assert "Traceback" not in result.stderr
