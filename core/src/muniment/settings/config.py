"""The typed configuration of an instance: every section and key of `instance.toml`, with its default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Site:
    """How the repository presents itself. `url` is the only address that links and mails use."""

    name: str = "Muniment"
    url: str = "http://localhost:5000"
    aliases: tuple[str, ...] = ()
    timezone: str = "UTC"
    languages: tuple[str, ...] = ("en", "de")
    description: str = ""
    contact: str = ""
    registration: bool = True
    publisher: str = ""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class DatabaseSection:
    """`url` is an SQLAlchemy URL; a relative SQLite path starts at the instance folder."""

    url: str = "sqlite:///var/muniment.db"
    pool_size: int = 10


@dataclass(frozen=True)
class Server:
    """The embedded server. `trusted_proxies` counts the proxies in front whose forwarded headers are believed."""

    host: str = "127.0.0.1"
    port: int = 5000
    workers: int = 1
    threads: int = 64
    trusted_proxies: int = 0
    accel: str = ""
    drain_seconds: int = 30


@dataclass(frozen=True)
class Records:
    """`ids` is ``decimal`` or ``base32`` and is chosen when the instance is made. Sizes are in bytes.

    Drafts that nobody touched for `draft_days` go; owners may delete what they published for `owner_delete_days`
    (0: never). A restore skips `id_gap` numbers, so that none which was given out after the backup is given out again.
    """

    ids: str = "decimal"
    json: str = "inveniordm"
    max_metadata_bytes: int = 1_000_000
    restricted: bool = True
    metadata_only: bool = True
    draft_days: int = 365
    owner_delete_days: int = 30
    id_gap: int = 1000


@dataclass(frozen=True)
class Files:
    """Limits for the files of one record, in bytes; `min_free_bytes` is what stays free on the disk."""

    max_count: int = 100
    max_bytes: int = 50_000_000_000
    max_file_bytes: int = 50_000_000_000
    archive_max_bytes: int = 50_000_000_000
    min_free_bytes: int = 200_000_000
    allow_empty: bool = False
    origin: str = ""
    leftover_days: int = 7
    backend: str = "local"


@dataclass(frozen=True)
class Mail:
    """Outgoing mail; with no `host` messages are written to the folder `var/mail` instead."""

    host: str = ""
    port: int = 587
    security: str = "starttls"
    username: str = ""
    password: str = ""
    password_file: str = ""
    sender: str = ""
    ca_file: str = ""
    timeout: int = 30


@dataclass(frozen=True)
class Theme:
    """The look: `logo` is a file in the instance's `static/` folder, `colours` replaces tokens by name."""

    logo: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)
    dark_colours: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Search:
    """The embedded index; `memory_bytes` is the writer's buffer."""

    memory_bytes: int = 30_000_000
    wait_seconds: float = 2.0
    max_page_size: int = 100
    max_page_size_anonymous: int = 100


@dataclass(frozen=True)
class Plugins:
    """`enabled` are the plugins that a new instance starts with; later the database decides."""

    enabled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Logging:
    """`level` as in Python's logging; `format` is ``json`` or ``text``."""

    level: str = "INFO"
    format: str = "json"


@dataclass(frozen=True)
class Config:
    """All sections. `plugin` holds the settings of plugins by plugin name, validated by each plugin's schema."""

    site: Site = field(default_factory=Site)
    database: DatabaseSection = field(default_factory=DatabaseSection)
    server: Server = field(default_factory=Server)
    records: Records = field(default_factory=Records)
    files: Files = field(default_factory=Files)
    mail: Mail = field(default_factory=Mail)
    theme: Theme = field(default_factory=Theme)
    search: Search = field(default_factory=Search)
    plugins: Plugins = field(default_factory=Plugins)
    logging: Logging = field(default_factory=Logging)
    plugin: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
