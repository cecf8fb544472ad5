"""`scripts/screenshots`: every page, for every role that sees it, in each theme and width, to be looked at by people.

They are made of an instance of its own with the sample records, in the look of the instance that is named; the
pages are those of `muniment.testing.page_types`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.testing.page_checks import THEMES, WIDTHS, Theme, visitors
from muniment.testing.page_types import CORE_PAGES, SEEN_BY, PageType
from muniment.testing.showcase import Showcase

ROOT = Path(__file__).parents[2]
TITLE = "Hourly sea-ice drift vectors for the Fram Strait derived from Sentinel-1, 2016–2025"


class Silent(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_request(self, *_arguments: Any) -> None:
        """Nothing."""


@click.command()
@click.argument("target", type=click.Path(file_okay=False, path_type=Path))
@click.option("--page", "wanted", multiple=True, help="Only pages whose name begins like this; can be repeated.")
@click.option("--theme", "themes", multiple=True, type=click.Choice(THEMES), help="Only this theme.")
@click.option("--width", "widths", multiple=True, type=int, help="Only this width.")
@click.option("--locale", default="en-GB", show_default=True, help="The language of the browser.")
@click.option("--look", type=click.Path(exists=True, file_okay=False, path_type=Path), default=ROOT / "instance",
              help="The instance whose look is shown (default instance/).")  # fmt: skip
@click.option("--no-sample", is_flag=True, help="Without the sample records: quicker, and the empty front page.")
def main(
    target: Path,
    wanted: tuple[str, ...],
    themes: tuple[Theme, ...],
    widths: tuple[int, ...],
    locale: str,
    look: Path,
    no_sample: bool,
) -> None:
    """Write screenshots of all pages into the folder TARGET, as PAGE-ROLE-THEME-WIDTH.png."""
    target.mkdir(parents=True, exist_ok=True)
    pages = [page for page in CORE_PAGES if not wanted or page.name.startswith(wanted)]
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder) / "instance", look, not no_sample) as (site, show),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for theme in themes or THEMES:
            for width in widths or WIDTHS:
                shoot(browser, site, show, pages, target, theme, width, locale)
        browser.close()
    click.echo(f"Wrote {len(list(target.glob('*.png')))} screenshots to {target}.")


@contextmanager
def served(folder: Path, look: Path, sample: bool) -> Iterator[tuple[str, Showcase]]:
    """An instance with the look of another one and records to show, on a port of this machine."""
    shutil.copytree(look, folder, ignore=shutil.ignore_patterns("var"))
    for command in (["init", "--administrator", "admin@example.org"], *([["sample"]] if sample else [])):
        subprocess.run([sys.executable, "-m", "muniment", "--instance", str(folder), *command], check=True)
    from muniment.web.app import create_app

    repository = Repository(Instance.load(folder))
    server = make_server("127.0.0.1", 0, create_app(repository), threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", Showcase(repository, TITLE)
    server.shutdown()
    thread.join()
    server.server_close()
    repository.close()


def shoot(
    browser: Browser,
    site: str,
    show: Showcase,
    pages: list[PageType],
    target: Path,
    theme: Theme,
    width: int,
    locale: str,
) -> None:
    """The pages in one theme and width, each in full length."""
    with visitors(browser, site, show, theme, width, locale=locale) as contexts:
        for page_type in pages:
            for role in SEEN_BY[page_type.role]:
                page = contexts[role].new_page()
                page.goto(site + page_type.path(show), wait_until="networkidle")
                page.screenshot(path=target / f"{page_type.name}-{role}-{theme}-{width}.png", full_page=True)
                page.close()


if __name__ == "__main__":
    main()
