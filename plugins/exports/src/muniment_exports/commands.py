"""`muniment exports`: what formats lose of the records that there are, and removing what is kept."""

from __future__ import annotations

from collections import Counter

import click

from muniment.api import SYSTEM, Repository, as_json, show_json, show_table, with_bar


def commands(repository: Repository) -> list[click.Command]:
    @click.command("report")
    @click.argument("format", required=False)
    @click.option("--quick", is_flag=True, help="Tell of whole fields only, not of single entries of lists.")
    @as_json
    def report(format: str | None, quick: bool, json_: bool) -> None:
        """Tell which fields of the published records FORMAT has no place for; without one, of all formats.

        A field of which it carries only some entries, or parts of them, is marked as (in part).
        """
        exports = repository.exports
        names = [exports.find(format).name] if format else [each.name for each in exports.formats]
        lost: dict[str, Counter[str]] = {name: Counter() for name in names}
        records = 0
        every = repository.records.every_record(SYSTEM)
        for item in with_bar(every, "Reading records", repository.records.count_records()):
            records += 1
            for name in names:
                lost[name].update(exports.left_out(item.data, name, quick=quick))
        if json_:
            show_json({"records": records, "lost": {name: dict(sorted(lost[name].items())) for name in names}})
            return
        rows = [(name, path, count) for name in names for path, count in sorted(lost[name].items())]
        show_table(["format", "field without a place", f"of {records} records"], rows)

    @click.command("forget")
    def forget() -> None:
        """Remove all texts that are kept; each is written again when it is asked for."""
        click.echo(f"{repository.exports.forget()} texts removed.")

    return [report, forget]
