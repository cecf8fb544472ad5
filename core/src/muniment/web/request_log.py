"""One JSON line for each request: what was asked of which route, how it ended and how long it took.

No address, account, query or user agent is written: the line names the route's pattern, not the path.
"""

from __future__ import annotations

import logging
import secrets
import sys
from typing import Any, Final

import structlog

from muniment.settings.config import Logging

log = structlog.get_logger("muniment.request")

#: Set by the application once the route is known; read when the answer has been sent.
ROUTE: Final = "muniment.route"
REQUEST_ID: Final = "muniment.request_id"


def configure_logging(section: Logging) -> None:
    """Send structured log lines to standard error, as JSON or as text for people."""
    level = logging.getLevelNamesMapping()[section.level]
    renderer: Any = structlog.processors.JSONRenderer() if section.format == "json" else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def new_request_id() -> str:
    return secrets.token_hex(8)


def log_request(environ: dict[str, Any], status: int, seconds: float, sent: int | None) -> None:
    """Write the line of one request; `seconds` until its last byte was handed over, `sent` in bytes."""
    log.info(
        "request",
        request_id=environ.get(REQUEST_ID),
        method=environ.get("REQUEST_METHOD"),
        route=environ.get(ROUTE, "-"),
        status=status,
        ms=round(seconds * 1000, 2),
        bytes=sent,
    )
