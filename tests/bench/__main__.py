"""`scripts/bench`: measures everything in one run and prints ratios to what the machine can do."""

from __future__ import annotations

import logging
import os
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click
import structlog

from tests.bench import lighthouse, load, report
from tests.bench.limits import MEBIBYTE
from tests.bench.run import FURTHER, GROUPS, Run, Sizes


@click.group(invoke_without_command=True)
@click.option("--records", default=100_000, show_default=True, help="How many synthetic records.")
@click.option("--file-size", default=2048, show_default=True, help="The size of the large file in MiB.")
@click.option("--small-files", default=2000, show_default=True, help="How many small files.")
@click.option("--switches", default=100, show_default=True, help="How often a plugin is switched under load.")
@click.option("--rebuilds", default=300, show_default=True, help="How often the application is built anew.")
@click.option("--inclusions", default=1000, show_default=True, help="How many records a community takes in.")
@click.option("--requests", default=10_000, show_default=True, help="How many requests there are in an inbox.")
@click.option("--kills", default=20, show_default=True, help="How often a site is killed in the midst of deposits.")
@click.option("--seconds", default=4.0, show_default=True, help="How long each load over HTTP lasts.")
@click.option(
    "--only", multiple=True, type=click.Choice((*GROUPS, *FURTHER)), help="Only these groups; can be repeated."
)
@click.option("--json", "output", type=click.Path(path_type=Path), help="Write the figures to this file too.")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where to work; the disk there is measured.",
)
@click.pass_context
def main(
    ctx: click.Context,
    records: int,
    file_size: int,
    small_files: int,
    switches: int,
    rebuilds: int,
    inclusions: int,
    requests: int,
    kills: int,
    seconds: float,
    only: tuple[str, ...],
    output: Path | None,
    folder: Path | None,
) -> None:
    """Measure operations against the limits of this machine, in the same run."""
    if ctx.invoked_subcommand is not None:
        return
    load.seconds_of_load = seconds
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is measured are sites as they are installed
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    sizes = Sizes(records, file_size * MEBIBYTE, small_files, switches, rebuilds, inclusions, requests, kills)
    figures: list[report.Figure] = []
    try:
        with tempfile.TemporaryDirectory(dir=folder) as name:
            figures.extend(Run(Path(name), sizes, set(only or GROUPS)).figures())
    finally:  # what was measured until something failed is worth having
        report.show(figures)
        if output is not None:
            report.write(figures, described(sizes), output)
            click.echo(f"Wrote {output}.")


@main.command("compare")
@click.argument("before", type=click.Path(exists=True, path_type=Path))
@click.argument("after", type=click.Path(exists=True, path_type=Path))
def compare_command(before: Path, after: Path) -> None:
    """Compare two files that --json wrote."""
    report.compare(before, after)


main.add_command(lighthouse.lighthouse_command)


def described(sizes: Sizes) -> dict[str, object]:
    """When, where and with what a run was made. `load` is what else the machine did at its end."""
    return {
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        **sizes.__dict__,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[1], 1),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


if __name__ == "__main__":
    main()
