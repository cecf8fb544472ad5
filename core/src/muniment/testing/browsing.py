"""Fixtures for tests in a real Chromium: the application on a port, and a browser that looks at it.

The pytest plugin takes them up. Imports are inside the fixtures, so that coverage sees the core.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@pytest.fixture
def site(app: Any) -> Iterator[str]:
    """The application on a port of this machine; its address, without a slash at the end."""
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium on this machine; the test is skipped where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium on this machine")


@pytest.fixture(scope="module")
def chromium_of_module(chromium: str) -> Iterator[Browser]:
    """Started once for the tests of a module, which takes longer than most of them."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(SWITCHES))
        yield launched
        launched.close()


@pytest.fixture
def browser(chromium_of_module: Browser) -> Iterator[Browser]:
    """A browser that has seen nothing yet: what a test opened is closed when it ends."""
    yield chromium_of_module
    for context in chromium_of_module.contexts:
        context.close()
