"""`muniment datacite …`: what is outstanding, trying it again, comparing with DataCite, bringing it up to date."""

from __future__ import annotations

from types import SimpleNamespace

import click

from muniment.api import (
    CommandSession,
    Repository,
    RetryLater,
    as_json,
    pass_session,
    show_json,
    show_table,
)
from muniment_datacite.ledger import OUTSTANDING, STATES, Entry, Ledger
from muniment_datacite.registration import Progress, Registrar
from muniment_datacite.rehearsal import PLAYS, play, what_plays
from muniment_datacite.wanted import Wanted


def commands(settings: SimpleNamespace) -> list[click.Command]:
    @click.command("status")
    @click.option("--all", "all_", is_flag=True, help="Registered DOIs too, not only what is outstanding.")
    @as_json
    @pass_session
    def status(session: CommandSession, all_: bool, json_: bool) -> None:
        """List DOIs with their state at DataCite and its last answer."""
        registrar = _registrar(session, settings)
        entries = _entries(registrar.ledger, STATES if all_ else OUTSTANDING)
        untold = [_untold(registrar.repository, wanted) for wanted in registrar.unknown()]
        outstanding = sum(entry.state in OUTSTANDING for entry in entries) + len(untold)
        if json_:
            show_json({"test_mode": settings.test_mode, "outstanding": outstanding, "dois": [
                *({name: getattr(entry, name) for name in _SHOWN} for entry in entries), *untold
            ]})  # fmt: skip
            return
        if settings.test_mode:
            click.echo(_test_mode(registrar.repository))
        if entries or untold:
            show_table(
                ["doi", "state", "at datacite", "tries", "last answer"],
                [[entry.doi, entry.state, entry.known, entry.attempts, entry.answer] for entry in entries]
                + [[entry["doi"], entry["state"], "", 0, ""] for entry in untold],
            )
        click.echo(f"{outstanding} outstanding.")

    @click.command("retry")
    @click.argument("dois", nargs=-1)
    @pass_session
    def retry(session: CommandSession, dois: tuple[str, ...]) -> None:
        """Try what is outstanding now, or only DOIS."""
        registrar = _registrar(session, settings)
        entries = [_named(registrar.ledger, doi) for doi in dois] or registrar.ledger.due(everything=True)
        try:
            settled = registrar.retry(entries, _progress(registrar.ledger))
            if not dois:
                settled += registrar.catch_up()
        except RetryLater as error:
            raise click.ClickException(f"{error} Nothing is lost; it is tried again by itself.") from error
        left = sum(registrar.ledger.counts()[state] for state in OUTSTANDING)
        click.echo(f"{settled} registered, {left} outstanding.")

    @click.command("verify")
    @click.argument("dois", nargs=-1)
    @as_json
    @pass_session
    def verify(session: CommandSession, dois: tuple[str, ...], json_: bool) -> None:
        """Ask DataCite what it has of every DOI, or of DOIS, and tell what differs: then it exits with 1."""
        from muniment_datacite import comparing

        registrar = _registrar(session, settings)
        wanted = (
            _wanted(registrar, doi) for doi in dois
        ) if dois else comparing.every_wanted(registrar)  # fmt: skip
        try:
            compared = list(comparing.verify(registrar, wanted))
        except RetryLater as error:
            raise click.ClickException(str(error)) from error
        wrong = [entry for entry in compared if entry.differences]
        if json_:
            left = {entry.doi: entry.untold for entry in compared if entry.untold}
            show_json({"compared": len(compared), "different": [vars(entry) for entry in wrong], "untold": left})
        else:
            for entry in compared:
                if entry.untold:
                    click.echo(f"{entry.doi}: DataCite's form has no place for {', '.join(entry.untold)}")
            for entry in wrong:
                click.echo(f"{entry.doi}: {'; '.join(entry.differences)}")
            click.echo(f"{len(compared)} compared, {len(wrong)} different.")
        if wrong:
            raise SystemExit(1)

    @click.command("sync")
    @click.option("--everything", is_flag=True, help="Send every DOI again, also what DataCite took as it is.")
    @click.option("--dry-run", is_flag=True, help="Only tell which DOIs would be sent.")
    @pass_session
    def sync(session: CommandSession, everything: bool, dry_run: bool) -> None:
        """Send DataCite every DOI whose record or address is not as it was told last."""
        from muniment_datacite import comparing

        registrar = _registrar(session, settings)
        states = []
        for wanted in comparing.every_wanted(registrar):
            entry = registrar.ledger.find(wanted.doi)
            if entry and not everything and (entry.state, entry.digest) == (wanted.state, wanted.digest):
                continue
            try:
                states.append("" if dry_run else registrar.send(wanted, at_once=True, again=everything))
            except RetryLater as error:
                raise click.ClickException(f"{error} {len(states)} were sent before.") from error
            click.echo(f"{wanted.doi}  {states[-1] or f'would be {wanted.state}'}")
        refused = states.count("refused")
        click.echo(f"{len(states)} {'to be sent' if dry_run else 'sent'}, {refused} refused.")
        if refused:
            raise SystemExit(1)

    @click.command("rehearse")
    @click.argument("what", type=click.Choice([*filter(None, PLAYS), "nothing"]))
    @pass_session
    def rehearse(session: CommandSession, what: str) -> None:
        """In test mode, let the stand-in play that it is away, broken, busy or refusing; `nothing` ends it."""
        if not settings.test_mode:
            raise click.ClickException("Only the stand-in of test mode can rehearse.")
        play(session.repository, "" if what == "nothing" else what, session.actor)
        click.echo(_test_mode(session.repository))

    return [status, retry, verify, sync, rehearse]


_SHOWN = ("doi", "level", "number", "state", "known", "answer", "attempts", "next_attempt", "updated")


def _registrar(session: CommandSession, settings: SimpleNamespace) -> Registrar:
    return Registrar(session.repository, settings)


def _entries(ledger: Ledger, states: tuple[str, ...]) -> list[Entry]:
    found: list[Entry] = []
    page = ledger.page(states, size=500)
    while page.entries:
        found += page.entries
        if not page.after:
            break
        page = ledger.page(states, after=page.after, size=500)
    return found


def _untold(repository: Repository, wanted: Wanted) -> dict[str, str]:
    number = repository.records.public_id(wanted.record_id)
    return {"doi": wanted.doi.lower(), "level": wanted.level, "number": number, "state": "waiting"}


def _named(ledger: Ledger, doi: str) -> Entry:
    found = ledger.find(doi)
    if found is None:
        raise click.ClickException(
            f"DataCite was never told of a DOI {doi}; without a name, `retry` finds what is new."
        )
    return found


def _wanted(registrar: Registrar, doi: str) -> Wanted:
    entry = _named(registrar.ledger, doi)
    found = registrar.present(entry.level, entry.record_id, entry.parent_id or 0)
    if found is None:
        raise click.ClickException(f"Nothing is to be registered under {doi}.")
    return found


def _progress(ledger: Ledger) -> Progress:
    def tell(entry: Entry, state: str) -> None:
        if state == "refused":
            found = ledger.find(entry.doi)
            click.echo(f"{entry.doi}  refused  {found.answer if found else ''}".rstrip())

    return tell


def _test_mode(repository: Repository) -> str:
    plays = what_plays(repository)
    return f"Test mode: these DOIs are tests.{f' The stand-in plays: {plays}.' if plays else ''}"
