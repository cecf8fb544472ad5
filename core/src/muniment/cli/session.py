"""What the commands of one call share: the instance, its database and its repository, opened when first needed."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.errors import MunimentError
from muniment.settings.config import Logging
from muniment.settings.instance import Instance
from muniment.web.request_log import configure_logging

if TYPE_CHECKING:
    from muniment.access.actor import Actor
    from muniment.db.engine import Database
    from muniment.repository import Repository
    from muniment.users.models import User


class Session:
    """One call of the command line on one instance."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def instance(self) -> Instance:
        instance = Instance.load(self.path)
        _log_for_people(instance.config.logging)
        return instance

    @cached_property
    def database(self) -> Database:
        """The database, whatever state its tables are in."""
        from muniment.database import open_database
        from muniment.events.outbox import Outbox

        database = open_database(self.instance)
        database.outbox = Outbox(database)
        return database

    @cached_property
    def repository(self) -> Repository:
        from muniment.cli.address import as_served
        from muniment.repository import Repository

        return Repository(as_served(self.instance), database=self.database)

    @property
    def actor(self) -> Actor:
        """Commands act as the system: whoever may run them owns the machine."""
        from muniment.access.actor import SYSTEM

        return SYSTEM

    def user(self, email: str) -> User:
        """The account with this address; raises `NotFound` that names it."""
        from muniment.errors import NotFound

        user = self.repository.users.find(email)
        if user is None:
            raise NotFound(f"There is no account with the address {email}.")
        return user

    def plugin_commands(self) -> dict[str, click.Command]:
        """Commands that enabled plugins add, one group for each plugin; none when there is no instance."""
        try:
            contributions = self.repository.hooks.contributions("register_commands")
        except MunimentError:
            return {}
        groups: dict[str, click.Command] = {}
        for contribution in contributions:
            group = groups.setdefault(contribution.plugin, click.Group(contribution.plugin))
            assert isinstance(group, click.Group)
            group.add_command(contribution.value)
            group.help = group.help or f"Commands of the plugin {contribution.plugin}."
        return groups

    def forget_instance(self) -> None:
        """Read the configuration again when it is needed next."""
        self.__dict__.pop("instance", None)

    def close(self) -> None:
        """Let go of the database; what is asked for afterwards is opened anew."""
        if "repository" in self.__dict__:
            self.repository.close()
        elif "database" in self.__dict__:
            self.database.dispose()
        self.__dict__.pop("repository", None)
        self.__dict__.pop("database", None)


def _log_for_people(section: Logging) -> None:
    """Log to standard error as text, so that standard output holds only what a command answers."""
    level = section.level if section.level != "INFO" else "WARNING"
    configure_logging(replace(section, level=level, format="text"))


pass_session = click.make_pass_decorator(Session)
