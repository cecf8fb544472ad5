"""Files on their way to a draft, in a real Chromium: folders, refusals, cuts of the network, pause, reload."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from muniment.files.receive import Incoming

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.configuration("files", max_count=5, max_bytes=60_000_000)]

MIB = 1 << 20


class Proxy:
    """Passes connections on to the site; `cut_after` bytes from the browser it breaks them, once."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.cut_after: int | None = None
        self.cuts = 0
        self.rate = 0  # bytes a second from the browser; 0 for as fast as it goes
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.target))
            self._ends += [near, far]
            for source, target, counts in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._pass, args=(source, target, counts), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, counts: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(65536):
                if counts and self.cut_after is not None:
                    self.cut_after -= len(chunk)
                    if self.cut_after < 0:
                        self.cut_after = None
                        self.cuts += 1
                        break
                if counts and self.rate and len(chunk) > 4096:
                    time.sleep(len(chunk) / self.rate)
                target.sendall(chunk)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.fixture
def proxy(site: str) -> Iterator[Proxy]:
    opened = Proxy(int(site.rpartition(":")[2]))
    yield opened
    opened.close()


@pytest.fixture
def context(browser: Browser, ada: Any, proxy: Proxy) -> Iterator[BrowserContext]:
    """Ada, signed in, behind a connection that can be cut."""
    opened = browser.new_context(locale="en-GB", base_url=f"http://127.0.0.1:{proxy.port}")
    page = opened.new_page()
    page.goto("/login")
    page.fill("input[name=email]", ada.email)
    page.fill("input[name=password]", ada.password)
    page.click("main form.form-card button[type=submit]")
    page.wait_for_url("**/")
    page.close()
    yield opened
    opened.close()


@pytest.fixture
def draft(repository: Any, ada: Any) -> str:
    return str(repository.records.create(ada.actor, {}).id)


@pytest.fixture
def deposit(context: BrowserContext) -> Callable[[str], Page]:
    def open_page(number: str = "") -> Page:
        page = context.new_page()
        page.goto(f"/uploads/{number or 'new'}")
        return page

    return open_page


@pytest.fixture
def stored(repository: Any, ada: Any) -> Callable[[str], dict[str, str]]:
    """`stored(number)`: the checksums of the complete files of a draft."""

    def checksums(number: str) -> dict[str, str]:
        listing = repository.files.listing(ada.actor, number, draft=True)
        return {entry.key: str(entry.checksum) for entry in listing.snapshot.completed}

    return checksums


def make(folder: Path, name: str, size: int) -> tuple[Path, str]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    content = os.urandom(size)
    path.write_bytes(content)
    return path, f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}"


def row(page: Page, name: str) -> Any:
    return page.locator(".transfers .transfer", has_text=name)


def until(page: Page, condition: str) -> None:
    """Wait for a condition in the page; its policy lets no test evaluate text there again and again."""
    for _ in range(300):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


def test_a_folder_keeps_its_folders(
    deposit: Callable[[str], Page], draft: str, stored: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    _, first = make(tmp_path, "data/2024/a.csv", 1000)
    _, second = make(tmp_path, "data/read me.txt", 10)
    make(tmp_path, "data/.DS_Store", 10)
    page = deposit(draft)
    page.set_input_files("#upload-folder", tmp_path / "data")
    page.locator('[data-key="data/2024/a.csv"]').wait_for()
    page.locator('[data-key="data/read me.txt"]').wait_for()
    assert stored(draft) == {"data/2024/a.csv": first, "data/read me.txt": second}
    assert first in page.locator('[data-key="data/2024/a.csv"]').inner_text()
    assert "Left out" in page.locator("[data-left-out]").inner_text()
    assert page.locator(".file-quota").inner_text() == "2 of 5 files, 1 kB of 60 MB"
    assert page.locator(".transfers").is_hidden()


def test_the_first_file_makes_the_draft(
    deposit: Callable[[str], Page], stored: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    path, checksum = make(tmp_path, "a.txt", 10)
    page = deposit("")
    page.set_input_files("#upload-files", path)
    page.locator('[data-key="a.txt"]').wait_for()
    number = page.url.rpartition("/")[2]
    assert page.url.endswith(f"/uploads/{number}")
    assert stored(number) == {"a.txt": checksum}


def test_what_is_refused_is_refused_before_any_byte_travels(
    deposit: Callable[[str], Page], draft: str, tmp_path: Path, repository: Any, ada: Any
) -> None:
    repository.files.add(ada.actor, draft, "here.txt", b"old")
    files = [make(tmp_path, "empty.txt", 0), make(tmp_path, "here.txt", 3), make(tmp_path, "nul.txt", 1)]
    page = deposit(draft)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if "/uploads" in request.url else None)
    page.set_input_files("#upload-files", [path for path, _ in files])
    row(page, "nul.txt").get_by_text("cannot be saved on Windows").wait_for()
    row(page, "empty.txt").get_by_text("The file is empty").wait_for()
    row(page, "here.txt").get_by_text("A file of this name is here already.").wait_for()
    assert "PATCH" not in sent
    row(page, "here.txt").get_by_role("button", name="Replace it").click()
    page.locator('[data-key="here.txt"]', has_text=files[1][1]).wait_for()
    page.get_by_role("button", name="Clear the list of problems").click()
    assert row(page, "").count() == 0


def test_count_and_room_are_limits(deposit: Callable[[str], Page], draft: str, tmp_path: Path) -> None:
    page = deposit(draft)
    page.set_input_files("#upload-files", [make(tmp_path, f"{number}.txt", 10)[0] for number in range(6)])
    row(page, "5.txt").get_by_text("One record may have 5 files.").wait_for()
    page.locator('[data-key="4.txt"]').wait_for()
    assert page.locator(".file-quota").inner_text() == "5 of 5 files, 50 B of 60 MB"


def test_a_cut_connection_does_no_harm(
    deposit: Callable[[str], Page],
    draft: str,
    stored: Callable[[str], dict[str, str]],
    proxy: Proxy,
    tmp_path: Path,
) -> None:
    path, checksum = make(tmp_path, "big.bin", 30 * MIB)
    page = deposit(draft)
    proxy.cut_after = 6 * MIB
    page.set_input_files("#upload-files", path)
    page.locator('[data-key="big.bin"]').wait_for(timeout=60_000)
    assert proxy.cuts == 1
    assert stored(draft) == {"big.bin": checksum}


def test_without_a_connection_it_waits_and_goes_on_by_itself(
    deposit: Callable[[str], Page], draft: str, proxy: Proxy, stored: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    path, checksum = make(tmp_path, "big.bin", 30 * MIB)
    page = deposit(draft)
    proxy.rate = 4 * MIB
    page.set_input_files("#upload-files", path)
    row(page, "big.bin").get_by_text("/s").wait_for()
    page.context.set_offline(True)
    row(page, "big.bin").get_by_text("No connection").wait_for()
    page.context.set_offline(False)
    page.locator('[data-key="big.bin"]').wait_for(timeout=60_000)
    assert stored(draft) == {"big.bin": checksum}


def test_pause_and_resume(
    deposit: Callable[[str], Page], draft: str, proxy: Proxy, stored: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    path, checksum = make(tmp_path, "big.bin", 12 * MIB)
    page = deposit(draft)
    proxy.rate = 4 * MIB
    page.set_input_files("#upload-files", path)
    row(page, "big.bin").get_by_text("/s").wait_for()
    row(page, "big.bin").get_by_role("button", name="Pause").click()
    row(page, "big.bin").get_by_text("Paused at").wait_for()
    page.wait_for_timeout(300)
    assert stored(draft) == {}
    row(page, "big.bin").get_by_role("button", name="Resume").click()
    page.locator('[data-key="big.bin"]').wait_for(timeout=60_000)
    assert stored(draft) == {"big.bin": checksum}


def test_after_a_reload_the_same_file_goes_on_where_it_was(
    deposit: Callable[[str], Page], draft: str, proxy: Proxy, stored: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    path, checksum = make(tmp_path, "big.bin", 12 * MIB)
    page = deposit(draft)
    proxy.rate = 4 * MIB
    page.set_input_files("#upload-files", path)
    until(page, "document.querySelector('.transfer progress').value > 0.5")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    unfinished = page.locator("[data-unfinished]")
    unfinished.get_by_text("have come").wait_for()
    other, _ = make(tmp_path, "other.bin", 11 * MIB)
    page.set_input_files("[data-again]", other)
    page.get_by_text("This is another file").wait_for()
    offsets: list[int] = []
    page.on(
        "request",
        lambda request: offsets.append(int(request.headers["upload-offset"])) if request.method == "PATCH" else None,
    )
    page.set_input_files("[data-again]", path)
    page.locator('[data-key="big.bin"]').wait_for(timeout=60_000)
    assert offsets[0] >= 4 * MIB, "what had come was not sent again"
    assert stored(draft) == {"big.bin": checksum}
    assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('muniment-upload'))") == []


def test_another_file_of_the_same_name_and_size_starts_anew(
    deposit: Callable[[str], Page],
    draft: str,
    stored: Callable[[str], dict[str, str]],
    repository: Any,
    ada: Any,
    tmp_path: Path,
) -> None:
    repository.files.resumable.create(ada.actor, draft, "a.bin", 2 * MIB)
    path, checksum = make(tmp_path, "a.bin", 2 * MIB)
    page = deposit(draft)
    page.set_input_files("#upload-files", path)
    page.locator('[data-key="a.bin"]').wait_for()
    assert stored(draft) == {"a.bin": checksum}


def begun(repository: Any, ada: Any, draft: str, name: str, content: bytes, total: int, *, parts: bool) -> None:
    """An upload that another device began, or another program in parts: what came of it, in pieces."""
    if parts:
        transfer = {"type": "M", "parts": -(-total // MIB), "part_size": MIB}
        repository.files.declare(ada.actor, draft, [{"key": name, "size": total, "transfer": transfer}])
        for part in range(1, len(content) // MIB + 1):
            piece = content[(part - 1) * MIB : part * MIB]
            repository.files.set_part(ada.actor, draft, name, part, Incoming(BytesIO(piece), MIB))
        return
    files = repository.files.resumable
    state = files.create(ada.actor, draft, name, total)
    half = len(content) // 2
    for start, piece in ((0, content[:half]), (half, content[half:])):
        files.append(ada.actor, draft, state.id, start, Incoming(BytesIO(piece), len(piece)), None)


@pytest.mark.parametrize("parts", [False, True])
@pytest.mark.parametrize("same", [True, False])
def test_a_file_that_was_begun_on_another_device_goes_on_with_the_same_one_only(
    same: bool, parts: bool, deposit: Any, draft: str, stored: Any, repository: Any, ada: Any, tmp_path: Path
) -> None:
    path, checksum = make(tmp_path, "far.bin", 5 * MIB)
    sent = path.read_bytes()[: 3 * MIB] if same else os.urandom(3 * MIB)
    begun(repository, ada, draft, "far.bin", sent, 5 * MIB, parts=parts)
    page = deposit(draft)
    page.locator("[data-unfinished]").get_by_text("3.1 MB of 5.2 MB have come").wait_for()
    offsets: list[int] = []
    page.on(
        "request",
        lambda request: offsets.append(int(request.headers["upload-offset"])) if request.method == "PATCH" else None,
    )
    page.set_input_files("[data-again]", path)
    page.locator('[data-key="far.bin"]').wait_for(timeout=60_000)
    assert offsets[0] == (3 * MIB if same else 0)
    assert stored(draft) == {"far.bin": checksum}


def test_cancelling_leaves_nothing(
    deposit: Callable[[str], Page], draft: str, proxy: Proxy, repository: Any, ada: Any, tmp_path: Path
) -> None:
    page = deposit(draft)
    proxy.rate = 2 * MIB
    page.set_input_files("#upload-files", make(tmp_path, "big.bin", 12 * MIB)[0])
    row(page, "big.bin").get_by_text("/s").wait_for()
    row(page, "big.bin").get_by_role("button", name="Cancel").click()
    page.locator(".transfers").wait_for(state="hidden")
    until(page, "document.querySelector('m-files').dataset.count === '0'")
    left = (repository.files.listing(ada.actor, draft, draft=True).snapshot.count for _ in range(100))
    assert any(not count or page.wait_for_timeout(100) for count in left)  # the page waits for no answer of the server


def test_a_failure_is_told_and_can_be_tried_again(
    deposit: Callable[[str], Page], draft: str, stored: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    path, checksum = make(tmp_path, "a.bin", 10)
    page = deposit(draft)
    full = {"status": 507, "message": "The storage of this repository is full; nothing was written."}
    page.route("**/draft/uploads", lambda route: route.fulfill(status=507, json=full), times=1)
    page.set_input_files("#upload-files", path)
    row(page, "a.bin").get_by_text("There is no room left on the server.").wait_for()
    row(page, "a.bin").get_by_role("button", name="Try again").click()
    page.locator('[data-key="a.bin"]').wait_for()
    assert stored(draft) == {"a.bin": checksum}


def test_order_and_first_file_are_controls_and_deleting_asks_first(
    deposit: Callable[[str], Page], draft: str, stored: Callable[[str], dict[str, str]], repository: Any, ada: Any
) -> None:
    for name in ("a.csv", "b.csv", "c.bin"):
        repository.files.add(ada.actor, draft, name, b"1,2\n")
    page = deposit(draft)
    page.locator("[data-key]").first.wait_for()

    def controls() -> list[list[str]]:
        found: list[list[str]] = page.evaluate("[...new FormData(document.getElementById('deposit'))]")
        return [pair for pair in found if pair[0] in ("files.default_preview", "files.order")]

    assert controls() == [["files.default_preview", ""]]
    page.get_by_role("radio", name="Show first b.csv").check()
    page.get_by_role("button", name="Move down a.csv").press("Enter")
    page.get_by_text("a.csv is now number 2 of 3.").wait_for(state="attached")
    assert page.evaluate("document.activeElement.title") == "Move down"
    assert [value for name, value in controls() if name == "files.order"] == ["b.csv", "a.csv", "c.bin"]
    page.drag_and_drop('[data-key="c.bin"] [data-grip]', '[data-key="b.csv"]', target_position={"x": 20, "y": 2})
    assert [value for name, value in controls() if name == "files.order"] == ["c.bin", "b.csv", "a.csv"]
    page.locator('[data-key="a.csv"] summary[title="Delete"]').click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.locator('[data-key="a.csv"]').wait_for(state="detached")
    assert sorted(stored(draft)) == ["b.csv", "c.bin"]
    assert [value for name, value in controls() if name == "files.order"] == ["c.bin", "b.csv"], "as it was arranged"
    assert ["files.default_preview", "b.csv"] in controls()
    page.locator('[data-key="b.csv"] summary[title="Rename"]').click()
    page.fill('[name="rename.b.csv"]', "c.bin")
    page.keyboard.press("Enter")
    page.get_by_text("A file of this name is here already.").wait_for()
    page.fill('[name="rename.b.csv"]', "d.csv")
    page.keyboard.press("Enter")
    page.get_by_text("is now called d.csv").wait_for(state="attached")
    assert sorted(stored(draft)) == ["c.bin", "d.csv"]
    assert [value for name, value in controls() if name == "files.order"] == ["c.bin", "d.csv"]
    assert ["files.default_preview", "d.csv"] in controls()


def test_a_file_ends_the_choice_to_have_none(
    deposit: Callable[[str], Page],
    stored: Callable[[str], dict[str, str]],
    repository: Any,
    ada: Any,
    tmp_path: Path,
) -> None:
    draft = repository.records.create(ada.actor, {"files": {"enabled": False}}).id
    path, checksum = make(tmp_path, "a.txt", 10)
    page = deposit(draft)
    box = page.get_by_role("checkbox", name="There are no files")
    assert box.is_checked()
    page.set_input_files("#upload-files", path)
    page.locator('[data-key="a.txt"]').wait_for()
    assert not box.is_checked()
    assert stored(draft) == {"a.txt": checksum}


def test_uploads_and_saving_what_is_typed_do_not_fight(
    deposit: Callable[[str], Page],
    stored: Callable[[str], dict[str, str]],
    proxy: Proxy,
    repository: Any,
    ada: Any,
    tmp_path: Path,
) -> None:
    path, checksum = make(tmp_path, "big.bin", 8 * MIB)
    page = deposit("")
    page.fill("[name='metadata.title']", "Before")
    proxy.rate = 2 * MIB
    page.set_input_files("#upload-files", path)
    page.locator('.transfer[data-state="running"]').wait_for()
    number = page.url.rpartition("/")[2]
    page.fill("[name='metadata.title']", "Meanwhile")
    page.locator('[data-key="big.bin"]').wait_for(timeout=60_000)
    until(page, "document.querySelector('m-autosave').dataset.state === 'saved'")
    assert repository.records.read_draft(ada.actor, number).data["metadata"]["title"] == "Meanwhile"
    assert stored(number) == {"big.bin": checksum}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_rule_is_broken(
    deposit: Callable[[str], Page], draft: str, repository: Any, ada: Any, tmp_path: Path, scheme: Any
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    repository.files.add(ada.actor, draft, "data/a.csv", b"1,2\n")
    repository.files.resumable.create(ada.actor, draft, "begun.bin", 10)
    page = deposit(draft)
    page.emulate_media(color_scheme=scheme)
    page.locator("[data-key]").first.wait_for()
    page.route("**/draft/uploads", lambda route: route.fulfill(status=507, json={"message": ""}))
    page.set_input_files("#upload-files", [make(tmp_path, "a.bin", 10)[0], make(tmp_path, "nul.txt", 10)[0]])
    row(page, "a.bin").get_by_text("no room left").wait_for()
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
