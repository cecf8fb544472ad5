"""An instance: the folder with `instance.toml`, templates, static files, plugins and `var/`."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from muniment.errors import ConfigurationError
from muniment.settings.config import Config
from muniment.settings.loading import load_config


class Instance:
    """One repository on disk. Everything that changes while it runs lives under `var`; the rest is under version
    control."""

    def __init__(self, path: Path, config: Config) -> None:
        self.path = path
        self.config = config

    @classmethod
    def load(cls, path: Path | str, environ: Mapping[str, str] | None = None) -> Instance:
        """Read the instance folder `path`; raises `ConfigurationError`."""
        folder = Path(path).expanduser().resolve()
        return cls(folder, load_config(folder, os.environ if environ is None else environ))

    @property
    def var(self) -> Path:
        return self.path / "var"

    @property
    def templates(self) -> Path:
        return self.path / "templates"

    @property
    def plugins(self) -> Path:
        """The folder for plugins of one file."""
        return self.path / "plugins"

    @property
    def static(self) -> Path:
        return self.path / "static"

    def resolve(self, path: str) -> Path:
        """A path from the configuration; relative ones start at the instance folder, so that it can be moved."""
        return self.path / path

    @cached_property
    def secret_key(self) -> bytes:
        """The key for signatures and encryption: `var/secret_key`, made on first use, readable by its owner only."""
        file = self.var / "secret_key"
        if not file.exists():
            self._make_secret_key(file)
        key = file.read_bytes()
        if len(key) < 32:
            raise ConfigurationError(f"{file} is too short to be a secret key; remove it to have a new one made.")
        return key

    def _make_secret_key(self, file: Path) -> None:
        """The file has its name only once it is whole, and of several processes that make one the first wins."""
        self.var.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(secrets.token_hex(32).encode())
            handle.flush()
            os.fsync(handle.fileno())
        try:
            with contextlib.suppress(FileExistsError):
                os.link(draft, file)
        finally:
            draft.unlink()
