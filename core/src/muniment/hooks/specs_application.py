"""Hooks of the application itself: routes, representations, commands, handlers and jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.hooks.meta import hook

if TYPE_CHECKING:
    from types import SimpleNamespace

    import click

    from muniment.errors import Problem
    from muniment.jobs.declarations import EventHandler, Job
    from muniment.web.blueprints import BlueprintSpec
    from muniment.web.negotiation import Representation


class ApplicationHooks:
    """Called while a generation of the application is built, in every web and worker process."""

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_blueprints(self) -> list[BlueprintSpec]:
        """Offer pages or API resources.

        Each endpoint of a blueprint declares who may call it (`access`) and whether it sees the session; an
        undeclared endpoint keeps the plugin out of the generation. Addresses start with ``/<plugin>/`` or
        ``/api/<plugin>/`` unless the manifest lists them under `routes`.

        :returns: blueprint specifications; they are mounted in plugin order.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_representations(self) -> list[Representation]:
        """Offer further media types in which records are answered by the API.

        :returns: representations; two for one media type are an error that names both plugins.
        """

    @hook(kind="collect", when="cli", errors="isolate", since="0.1")
    def register_commands(self) -> list[click.Command]:
        """Add commands: they appear as ``muniment <plugin> <command>``.

        Called when the command line starts with an instance, outside any transaction.

        :returns: click commands; each gets the repository with ``@click.pass_obj``.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_event_handlers(self) -> list[EventHandler]:
        """Follow what happens: each handler gets the committed events it names, at least once and in order.

        Handlers run in a worker, outside any transaction; this is the only place from which a plugin talks to
        services outside. What a handler raises is kept with the delivery, which is tried again with growing
        pauses and in the end set aside for the operator.

        :returns: handlers; their names are stored and must be unique.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_jobs(self) -> list[Job]:
        """Run something on a schedule: one worker at a time runs a job, with a time limit.

        :returns: jobs; their names are unique. An exception counts as a failed run and is shown to operators.
        """

    @hook(kind="collect", when="request", errors="isolate", since="0.1")
    def disable_notices(self) -> list[str]:
        """Say what an operator should know before this plugin is disabled: what stops, what stays as it is.

        Only the plugin that is to be disabled and those that go with it are asked, outside any transaction, before
        anything is switched: the control panel and the command line show the answer with the question.

        :returns: sentences, with the figures as they are now, on a page in the reader's language; nothing when nobody
            will miss the plugin.
        """

    @hook(kind="check", when="request", errors="raise", since="0.1")
    def check_settings(self, settings: SimpleNamespace) -> list[Problem]:
        """Try out the plugin's own settings when an operator asks for it: sign in at a service, look for a folder.

        Only the plugin whose settings they are is asked, outside any transaction and before anything is stored; it may
        talk to services outside. An exception is shown to the operator as a check that failed.

        :param settings: the settings to try, valid by the schema, with one attribute for each key.
        :returns: problems, each with the key of a setting or an empty field; nothing when the settings work.
        """
