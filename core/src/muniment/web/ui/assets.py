"""Style sheets and scripts: bundled by webassets into the instance's `var/assets` under names with a fingerprint.

Nothing is built while requests are served: `Assets.build` runs when an application is made and when
`muniment assets build` is called, and does nothing when the sources are those of the last build.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from muniment.errors import ConfigurationError

if TYPE_CHECKING:
    from muniment.repository import Repository

CORE_STATIC = Path(__file__).parent / "static"

#: A page that was loaded before an upgrade may still ask for the files of its time.
KEEP_SECONDS = 24 * 60 * 60

_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class BundleSpec:
    """One file for browsers: `name` such as ``app.css``, made of `sources` below a static folder, in order.

    Pages load what is `everywhere`; they ask for the others: ``{{ bundle("htmx.js") }}`` in their block `bundles`.
    """

    name: str
    sources: tuple[str, ...]
    everywhere: bool = False

    @property
    def is_style(self) -> bool:
        return self.name.endswith(".css")


HTMX = "vendor/htmx/4.0.1/htmx.min.js"
#: The editor behind formatted text fields.
SQUIRE = "vendor/squire/2.4.8/squire.js"

CORE_BUNDLES = (
    BundleSpec(
        "app.css",
        (
            "css/layers.css",
            "css/fonts.css",
            "css/tokens.css",
            "css/base.css",
            "css/shell.css",
            "css/controls.css",
            "css/record.css",
            "css/files.css",
            "css/account.css",
            "css/print.css",
        ),
        everywhere=True,
    ),
    BundleSpec("theme.js", ("js/theme.js",), everywhere=True),
    BundleSpec("app.js", ("js/elements.js", "js/page.js"), everywhere=True),
    # Lists of records with facets, the front page, errors: everything that has a large search field.
    BundleSpec("search.css", ("css/search.css",)),
    BundleSpec("charts.css", ("css/charts.css",)),
    BundleSpec("htmx.js", (HTMX, "js/live.js")),
    # What pages are made of on which people work; no page for visitors needs it.
    BundleSpec("working.css", ("css/working.css", "css/dialog.css", "css/lists.css")),
    BundleSpec("working.js", ("js/working.js",)),
    BundleSpec("own.css", ("css/own.css",)),
    BundleSpec("styleguide.css", ("css/styleguide.css",)),
    # What only forms of deposit need; the pages that use it name it in their head.
    BundleSpec(
        "deposit.css",
        ("css/combobox.css", "css/richtext.css", "css/deposit.css", "css/owner.css", "css/upload.css"),
    ),
    BundleSpec("owner.css", ("css/owner.css",)),
    BundleSpec(
        "deposit.js",
        (
            SQUIRE,
            "js/combobox.js",
            "js/richtext.js",
            "js/entries.js",
            "js/tus.js",
            "js/upload.js",
            "js/filelist.js",
            "js/autosave.js",
        ),
    ),
    BundleSpec("control.css", ("css/control.css",)),
    BundleSpec("appearance.js", ("js/appearance.js",)),
)

#: What an instance adds: its colours from the configuration, then its own style sheet.
INSTANCE_STYLE = "instance.css"


class Assets:
    """The built files of one instance. `static` are the folders to look in, first come first served."""

    def __init__(self, folder: Path, static: tuple[Path, ...], generated: dict[str, str] | None = None) -> None:
        self._folder = folder
        self._static = (*static, CORE_STATIC)
        self._generated = generated or {}
        self._files: dict[str, str] = {}
        self._styles: list[str] = []

    @property
    def folder(self) -> Path:
        return self._folder

    def bundles(self) -> tuple[BundleSpec, ...]:
        """The bundles of the core, and the instance's own when it has a style of its own."""
        own = tuple(name for name in (*self._generated, INSTANCE_STYLE) if self._exists(name))
        return (*CORE_BUNDLES, BundleSpec(INSTANCE_STYLE, own, everywhere=True)) if own else CORE_BUNDLES

    def build(self, *, force: bool = False) -> dict[str, str]:
        """Make what is missing or out of date; returns the file name of each bundle.

        Raises ConfigurationError when a source is missing or the folder cannot be written.
        """
        key = self._key()
        known = None if force else self._read_manifest(key)
        if known is None:
            try:
                with self._lock():
                    known = None if force else self._read_manifest(key)
                    known = known or self._build(key)
            except OSError as error:
                raise ConfigurationError(f"The assets cannot be built in {self._folder}: {error}.") from error
        self._files = known
        everywhere = [spec.name for spec in self.bundles() if spec.is_style and spec.everywhere]
        self._styles = [name for name in everywhere if name != "app.css"]
        return known

    def file(self, name: str) -> str:
        """The file name of a bundle such as ``app.css``; it changes with its contents."""
        return self._files[name]

    def styles(self) -> list[str]:
        """Names of the style bundles that follow the core's on every page."""
        return self._styles

    def _exists(self, name: str) -> bool:
        return name in self._generated or any((folder / name).is_file() for folder in self._static)

    def source(self, name: str) -> str:
        """The text of a source: generated, the instance's, or the core's."""
        if name in self._generated:
            return self._generated[name]
        for folder in self._static:
            if (folder / name).is_file():
                return (folder / name).read_text(encoding="utf-8")
        raise ConfigurationError(f"The asset {name} is in none of the static folders.")

    def _key(self) -> str:
        digest = hashlib.sha256()
        for bundle in self.bundles():
            for name in bundle.sources:
                digest.update(f"{bundle.name}\0{name}\0{self.source(name)}\0".encode())
        return digest.hexdigest()

    def _read_manifest(self, key: str) -> dict[str, str] | None:
        try:
            manifest = orjson.loads((self._folder / _MANIFEST).read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return None
        files: dict[str, str] = manifest.get("files", {})
        if manifest.get("key") != key or not all(
            (self._folder / f"{file}{packed}").is_file() for file in files.values() for packed in ("", ".gz")
        ):
            return None
        return files

    def _build(self, key: str) -> dict[str, str]:
        """Build beside and move in, so that no process ever serves half a file."""
        files = {}
        with tempfile.TemporaryDirectory(prefix=".build-", dir=self._folder) as name:
            work = Path(name)
            for bundle in self.bundles():
                built = self._bundle(bundle, work)
                files[bundle.name] = built.name
                packed = built.with_name(f"{built.name}.gz")
                packed.write_bytes(gzip.compress(built.read_bytes(), mtime=0))
                os.replace(packed, self._folder / packed.name)
                os.replace(built, self._folder / built.name)
            manifest = work / _MANIFEST
            manifest.write_bytes(orjson.dumps({"key": key, "files": files}, option=orjson.OPT_INDENT_2))
            os.replace(manifest, self._folder / _MANIFEST)
        self._sweep({*files.values(), *(f"{file}.gz" for file in files.values())})
        return files

    def _bundle(self, spec: BundleSpec, work: Path) -> Path:
        """Minify one bundle with webassets. The fingerprint is that of the contents."""
        from webassets.bundle import Bundle  # not needed by a start whose bundles are built
        from webassets.env import Environment

        make_environment: Any = Environment  # webassets has no types
        make_bundle: Any = Bundle
        sources = work / "sources"
        paths = []
        for name in spec.sources:
            target = sources / name
            target.parent.mkdir(parents=True, exist_ok=True)
            text = _whole_selectors(self.source(name)) if spec.is_style else self.source(name)
            target.write_text(f"@layer instance{{{text}}}" if name == INSTANCE_STYLE else text, encoding="utf-8")
            paths.append(str(target))
        stem, _, extension = spec.name.rpartition(".")
        environment = make_environment(directory=str(work), url="/", cache=False, manifest=False, url_expire=False)
        bundle = make_bundle(
            *paths, filters="rcssmin" if spec.is_style else "rjsmin", output=f"{stem}.%(version)s.{extension}"
        )
        environment.register(spec.name, bundle)
        bundle.build(force=True, disable_cache=True)
        built = next(work.glob(f"{stem}.*.{extension}"))
        shutil.rmtree(sources)
        return built

    def _sweep(self, current: set[str]) -> None:
        oldest = time.time() - KEEP_SECONDS
        for file in self._folder.iterdir():
            if file.is_file() and file.name not in {*current, _MANIFEST, ".lock"} and file.stat().st_mtime < oldest:
                file.unlink(missing_ok=True)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _whole_selectors(text: str) -> str:
    """The style with `*` where a pseudo-class stands alone: rcssmin takes ``.a :is(b)`` in a layer for a declaration
    and draws it together, which then means something else."""
    return re.sub(r"(?<=\S) :(?=(?:is|where|not|has)\()", " *:", text)


def build_assets(repository: Repository) -> dict[str, str]:
    """Make all bundles of an instance anew; returns the file name of each. Raises ConfigurationError."""
    from muniment.web.ui.branding import check_theme

    check_theme(repository.config, repository.instance.static)
    return assets_of(repository).build(force=True)


def assets_of(repository: Repository) -> Assets:
    """The assets of an instance as it looks in this generation, not yet built."""
    from muniment.web.ui.branding import theme_css

    instance = repository.instance
    colours = theme_css(repository.config.theme)
    return Assets(instance.var / "assets", (instance.static,), {"colours.css": colours} if colours else {})


def fingerprint(path: Path) -> str:
    """A short hash of a file's contents, for addresses that may be kept for ever."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
