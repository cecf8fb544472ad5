"""The address in links when a site on this machine is served on another host or port than its configuration names."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from muniment.settings.addresses import is_loopback
from muniment.settings.instance import Instance
from muniment.settings.instance_lock import serving_process
from muniment.settings.loading import ENVIRONMENT_PREFIX

if TYPE_CHECKING:
    from muniment.cli.session import Session
    from muniment.settings.config import Config

SITE_URL: Final = f"{ENVIRONMENT_PREFIX}SITE__URL"


def adopt_address(session: Session, host: str | None, port: int | None) -> None:
    """Have all links of this process and its children name the host and port that were asked for.

    A site with an address of its own keeps it, and one that the environment names is kept too.
    """
    url = address_of(session.instance.config, host, port)
    if SITE_URL not in os.environ and url != session.instance.config.site.url:
        os.environ[SITE_URL] = url
        session.forget_instance()


def as_served(instance: Instance) -> Instance:
    """The instance with the address at which it is served at this moment, so that links which commands print or send
    lead there. Only for a site whose configured address is this machine's own."""
    config = instance.config
    if SITE_URL in os.environ or not is_loopback(urlsplit(config.site.url).hostname or ""):
        return instance
    url = (serving_process(instance) or {}).get("url", config.site.url)
    if url == config.site.url:
        return instance
    return Instance(instance.path, replace(config, site=replace(config.site, url=url)))


def address_of(config: Config, host: str | None, port: int | None) -> str:
    """Where people reach a site that listens on `host` and `port` when its configured address is this machine's own."""
    parts = urlsplit(config.site.url)
    if not is_loopback(parts.hostname or "") or (host is None and port is None):
        return config.site.url
    name = parts.hostname or "localhost"
    if host is not None and not is_loopback(host) and not _is_wildcard(host):
        name = host
    name = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{name}:{port or config.server.port}"


def unanswered(config: Config, host: str | None) -> str | None:
    """What to tell who listens for other machines under an address that only this one can use, or None."""
    if not is_loopback(urlsplit(config.site.url).hostname or "") or not _is_wildcard(host or config.server.host):
        return None
    return (
        f"Other machines can connect, but the site answers as {config.site.url} alone: have site.url or site.aliases "
        "name the host, with its port, under which they reach it."
    )


def _is_wildcard(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
