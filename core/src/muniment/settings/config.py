"""The typed configuration of an instance: every section and key of `instance.toml`, with its default.

The comment above each key (``#:``) is its entry in `docs/configuration.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Site:
    """How the repository presents itself."""

    #: The name of the repository, in titles, mails and as publisher unless `publisher` says otherwise.
    name: str = "Muniment"
    #: The public address, without a path: what links, mails and identifiers lead to.
    url: str = "http://localhost:5000"
    #: Further host names that the site answers to; a request for any other host is refused with 400.
    aliases: tuple[str, ...] = ()
    #: The time zone of days that people mean (publication dates, schedules), for instance `Europe/Berlin`.
    timezone: str = "UTC"
    #: The languages of the pages, the first one is shown when a visitor's own is not among them.
    languages: tuple[str, ...] = ("en", "de")
    #: A sentence about the repository, for the front page and machines.
    description: str = ""
    #: The address, of mail or a page, for questions to whoever runs the site.
    contact: str = ""
    #: Whether people can sign up by themselves; otherwise they are invited.
    registration: bool = True
    #: What holds for people who sign up with an address whose domain is not listed under *Control panel → Domains*:
    #: `open` lets them in, `moderated` lets them wait for approval, `blocked` refuses them.
    unlisted_domains: str = "open"
    #: The publisher that new uploads propose; the site's name when empty.
    publisher: str = ""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class DatabaseSection:
    """Where everything is kept. A relative path of SQLite starts at the instance folder."""

    #: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`.
    url: str = "sqlite:///var/muniment.db"
    #: Connections that each process keeps open; more are opened while they are needed.
    pool_size: int = 10


@dataclass(frozen=True)
class Server:
    """The embedded web server."""

    #: The address to listen on.
    host: str = "127.0.0.1"
    #: The port to listen on.
    port: int = 5000
    #: Web processes.
    workers: int = 1
    #: Requests that each web process works on at once; transfers of files take at most all but eight.
    threads: int = 64
    #: Proxies in front of the server whose `X-Forwarded-` headers are believed.
    trusted_proxies: int = 0
    #: The internal location from which nginx sends files (`X-Accel-Redirect`); empty sends them from here.
    accel: str = ""
    #: How long requests under way may go on when the server is stopped.
    drain_seconds: int = 30
    #: Sites whose scripts may use the API in a browser: `*` lets every site read as a visitor; one that is named, like
    #: `https://app.example.org`, may send tokens and change something too. Cookies are never allowed.
    cors_origins: tuple[str, ...] = ("*",)


@dataclass(frozen=True)
class Rates:
    """Requests that are answered for one visitor (by network address) or person; 0 for no limit.

    Each web process counts for itself. Files, styles and preflights are not counted; beyond a limit the answer is 429.
    """

    #: Requests of one visitor in a minute.
    guest_minute: int = 500
    #: Requests of one visitor in an hour.
    guest_hour: int = 5000
    #: Requests of one signed-in person in a minute, with all their tokens and sessions.
    user_minute: int = 1000
    #: Requests of one signed-in person in an hour.
    user_hour: int = 25_000
    #: Searches of one visitor in a minute; they cost more than other requests, and count as such too.
    guest_searches: int = 150
    #: Searches of one signed-in person in a minute.
    user_searches: int = 300
    #: Networks that are not limited; the machine itself by default, since a proxy that `server.trusted_proxies` leaves
    #: out makes all visitors look like it.
    exempt: tuple[str, ...] = ("127.0.0.0/8", "::1/128")


@dataclass(frozen=True)
class Records:
    """What records may be, and what becomes of drafts and of records that are deleted."""

    #: How the numbers of records look: `decimal` as on Zenodo, or `base32`. Chosen when the instance is made.
    ids: str = "decimal"
    #: The representation that answers `application/json`.
    json: str = "inveniordm"
    #: The largest metadata document that is taken, in bytes.
    max_metadata_bytes: int = 1_000_000
    #: Whether records may be restricted.
    restricted: bool = True
    #: Whether records may have no files.
    metadata_only: bool = True
    #: Drafts that were never published and not touched for so many days are removed.
    draft_days: int = 365
    #: For so many days after publishing owners may delete a record themselves; 0 for never.
    owner_delete_days: int = 30
    #: For so many days after publishing those who manage a record may begin to replace its files under the same
    #: identifiers; 0 for administrators only, who always may.
    file_modification_days: int = 0
    #: Changed files have to be published within so many days more; after an administrator began, within so many.
    file_modification_publish_days: int = 15
    #: Numbers that a restore skips, so that none given out after the backup comes again.
    id_gap: int = 1000


@dataclass(frozen=True)
class Files:
    """Limits for files, and where they are kept and sent from."""

    #: Files of one record.
    max_count: int = 100
    #: Bytes of all files of one record.
    max_bytes: int = 50_000_000_000
    #: Bytes of one file.
    max_file_bytes: int = 50_000_000_000
    #: Records with more bytes than this are not offered as one zip archive.
    archive_max_bytes: int = 50_000_000_000
    #: Uploads are refused (507) when they would leave less than this free on the disk.
    min_free_bytes: int = 200_000_000
    #: Whether files may have no bytes.
    allow_empty: bool = False
    #: Files whose names end so are refused, for instance `["exe", "bat"]`.
    refused_endings: tuple[str, ...] = ()
    #: Another address that leads to this server, from which files are sent: what they hold cannot harm the site.
    origin: str = ""
    #: Uploads that were not ended, and bytes that no file uses any more, are removed after so many days.
    leftover_days: int = 7
    #: The storage for new files, by the name that its plugin gives it.
    backend: str = "local"


@dataclass(frozen=True)
class Mail:
    """Outgoing mail."""

    #: The mail server; without one messages are written to the folder `var/mail`.
    host: str = ""
    #: Its port.
    port: int = 587
    #: How the connection is protected: `starttls`, `tls` or `none`; certificates are checked.
    security: str = "starttls"
    #: The account at the mail server; empty for none.
    username: str = ""
    #: Its password; better kept in a file.
    password: str = ""
    #: A file with the password, relative to the instance.
    password_file: str = ""
    #: The address that messages come from; `noreply@` the site's host when empty.
    sender: str = ""
    #: A file with certificates to trust instead of the system's, relative to the instance.
    ca_file: str = ""
    #: Seconds to wait for the mail server.
    timeout: int = 30


@dataclass(frozen=True)
class Outgoing:
    """Requests that the site itself makes to addresses which people, or other servers, chose: links that are checked,
    descriptions of DOIs, webhooks. Only public addresses are asked."""

    #: Host names, addresses and networks that may be asked though they are not public, for instance
    #: `["hooks.example.org:8443", "10.1.0.0/16"]`.
    allowed: tuple[str, ...] = ()
    #: A file with certificates to trust instead of the usual ones, relative to the instance.
    ca_file: str = ""


@dataclass(frozen=True)
class Privacy:
    """What people can have done with the data about themselves."""

    #: So many days after somebody asked for it their account is deleted; until then signing in takes it back.
    erase_days: int = 7
    #: So many days a file with somebody's exported data can be downloaded.
    export_days: int = 7
    #: The file that remembers which accounts were deleted, so that an older backup does not bring them back; best on
    #: another disk, relative to the instance otherwise.
    ledger: str = "var/erasures.jsonl"


@dataclass(frozen=True)
class Theme:
    """The look. Templates and static files of the instance go further."""

    #: A file in the instance's `static/` folder; `NAME-dark` beside it is shown on dark pages.
    logo: str = ""
    #: The logo on dark pages, if it is another file than `NAME-dark` beside the logo.
    logo_dark: str = ""
    #: Colours by the names of the design's tokens, for instance `{ brand = "#0b4f6c" }`; contrast is checked.
    colours: Mapping[str, str] = field(default_factory=dict)
    #: The same for dark pages.
    dark_colours: Mapping[str, str] = field(default_factory=dict)
    #: Texts of the site: `masthead`, `headline`, `tagline`, `about`, `footer`, `privacy`, each also per language
    #: (`"about.de"`).
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Search:
    """Where is searched, the embedded index, and lists of results."""

    #: The search backend: `embedded`, or one that a plugin brings; `muniment search switch` fills it first.
    backend: str = "embedded"
    #: The buffer of the process that writes the index.
    memory_bytes: int = 30_000_000
    #: How long a publish waits for the record to be found, at most.
    wait_seconds: float = 2.0
    #: The largest page of results for people who are signed in.
    max_page_size: int = 100
    #: The largest page of results for visitors.
    max_page_size_anonymous: int = 100


@dataclass(frozen=True)
class Plugins:
    """Which plugins a new instance starts with."""

    #: The plugins that are switched on when the instance is made; afterwards `muniment plugins` decides.
    enabled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Logging:
    """What is logged, and how it is written."""

    #: `DEBUG`, `INFO`, `WARNING` or `ERROR`.
    level: str = "INFO"
    #: `json` for machines or `text` for people.
    format: str = "json"


@dataclass(frozen=True)
class Config:
    """All sections. `plugin` holds the settings of plugins by plugin name, validated by each plugin's schema."""

    site: Site = field(default_factory=Site)
    database: DatabaseSection = field(default_factory=DatabaseSection)
    server: Server = field(default_factory=Server)
    rates: Rates = field(default_factory=Rates)
    records: Records = field(default_factory=Records)
    files: Files = field(default_factory=Files)
    mail: Mail = field(default_factory=Mail)
    outgoing: Outgoing = field(default_factory=Outgoing)
    privacy: Privacy = field(default_factory=Privacy)
    theme: Theme = field(default_factory=Theme)
    search: Search = field(default_factory=Search)
    plugins: Plugins = field(default_factory=Plugins)
    logging: Logging = field(default_factory=Logging)
    plugin: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
