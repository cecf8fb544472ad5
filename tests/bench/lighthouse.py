"""What Lighthouse says of the front page, the search page and a record, where it can be had.

It is a program of npm (`npm install --global lighthouse@12`); the environment variable LIGHTHOUSE names another one.
`scripts/bench lighthouse` serves an instance with the sample records for it, or looks at a site that runs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import orjson
import requests

from tests.bench import report
from tests.bench.report import Figure, at_least
from tests.deployment import Deployment

ROOT = Path(__file__).parents[2]
#: Categories of Lighthouse, with the score that the project wants; performance depends on the machine.
WANTED = {"performance": None, **dict.fromkeys(("accessibility", "best-practices", "seo"), at_least(95))}
_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def program() -> str | None:
    """The path of Lighthouse, or None where there is none, or no Chromium for it."""
    found = shutil.which(os.environ.get("LIGHTHOUSE", "lighthouse"))
    return found if _browser() else None


def figures(site: str, number: str) -> Iterator[Figure]:
    """The scores (0 to 100) of the three pages; a page that misses a mark says by which audits. Nothing without it."""
    lighthouse = program()
    if lighthouse is None:
        return
    for name, path in (("front page", "/"), ("search page", "/search"), ("record", f"/records/{number}")):
        click.echo(f"Lighthouse looks at the {name} …", err=True)
        yield from _scores(lighthouse, name, site + path)


@click.command("lighthouse")
@click.option("--site", help="The address of a site that runs; one with the sample records is served without.")
@click.option("--record", "number", help="The number of a record of that site, its newest one if not given.")
def lighthouse_command(site: str | None, number: str | None) -> None:
    """Let Lighthouse look at the front page, the search page and a record; fails when a page misses its mark."""
    if program() is None:
        raise click.ClickException("Lighthouse was not found: npm install --global lighthouse@12, and Chromium.")
    with tempfile.TemporaryDirectory() as folder:
        deployment = None if site else _with_samples(Path(folder) / "instance")
        try:
            address = site.rstrip("/") if site else deployment.url if deployment else ""
            found = list(figures(address, number or _newest(address)))
        finally:
            if deployment is not None:
                deployment.stop()
    report.show(found)
    missed = [figure.operation for figure in found if figure.met is False]
    if missed:
        raise click.ClickException(f"Below the mark: {', '.join(missed)}.")


def _with_samples(folder: Path) -> Deployment:
    deployment = Deployment(folder, "sqlite:///var/muniment.db")
    shutil.copytree(ROOT / "instance" / "sample", folder / "sample")
    deployment.command("plugins", "enable", "importers")
    deployment.command("sample")
    deployment.start()
    return deployment


def _newest(site: str) -> str:
    hits = requests.get(f"{site}/api/records", {"size": "1"}, timeout=30).json()["hits"]["hits"]
    if not hits:
        raise click.ClickException(f"{site} has no records to look at.")
    return str(hits[0]["id"])


def _scores(lighthouse: str, name: str, address: str) -> Iterator[Figure]:
    result = subprocess.run(
        [lighthouse, address, "--quiet", "--output=json", f"--chrome-flags={_FLAGS}",
         f"--only-categories={','.join(WANTED)}"],
        env={"CHROME_PATH": _browser() or "", **os.environ},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if result.returncode:
        raise click.ClickException(f"Lighthouse could not look at {address}: {result.stderr.strip()[-400:]}")
    told = orjson.loads(result.stdout)
    for category, target in WANTED.items():
        of_category = told["categories"][category]
        failed = [
            audit["id"]
            for audit in of_category["auditRefs"]
            if target and audit["weight"] and told["audits"][audit["id"]]["score"] == 0
        ]
        score = round(100 * (of_category["score"] or 0))
        yield Figure(f"{name}, {category}", score, "of 100", target=target, note=", ".join(failed))


def _browser() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)
